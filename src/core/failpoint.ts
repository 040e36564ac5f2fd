import { HubError } from './errors.ts';

/**
 * Named places at which a crash test kills the process, each one just before or after a commit point.
 * Armed only through the environment (config.ts hands the value over); otherwise a call costs one comparison.
 */
let armed: { readonly name: string; remaining: number } | undefined;

/**
 * Arms a failpoint from `name` or `name:n` (kill at the n-th pass); undefined disarms.
 * @throws HubError configuration for a name that no place has: a test would pass without its crash
 */
export function armFailpoint(spec: string | undefined): void {
  if (spec === undefined || spec === '') {
    armed = undefined;
    return;
  }
  const [name = '', count = '1'] = spec.split(':');
  if (!failpoints.some((known) => known === name)) {
    throw new HubError('configuration', 'unknown_failpoint', `There is no failpoint "${name}".`, { nextStep: 'HUB_FAILPOINT is for crash tests alone: remove it.' });
  }
  armed = { name, remaining: Number(count) };
}

/** Kills this process with SIGKILL if the failpoint is armed and its count has come. */
export function failpoint(name: FailpointName): void {
  if (armed?.name !== name) return;
  armed.remaining--;
  if (armed.remaining <= 0) process.kill(process.pid, 'SIGKILL');
}

/** Every commit point of the code; the crash tests walk through this list. */
export const failpoints = [
  'run.recorded',
  'lock.acquired',
  'import.batch.opened',
  'import.chunk.written',
  'import.exceptions.written',
  'import.history.written',
  'import.batch.committed',
  'import.refusal.recorded',
  'stage.queue.built',
  'stage.chunk.written',
  'stage.chunk.committed',
  'stage.marks.written',
  'metrics.sums.written',
  'metrics.sums.committed',
  'metrics.models.committed',
  'metrics.predictions.written',
  'metrics.predictions.committed',
  'alerts.checked',
  'digest.enqueued',
  'relays.enqueued',
  'relays.claimed',
  'relays.sent',
  'relays.recorded',
  'subscribers.touches.written',
  'subscribers.touches.committed',
  'subscribers.mark.written',
  'audiences.files.staged',
  'audiences.snapshot.written',
  'audiences.snapshot.committed',
  'audiences.file.published',
  'audiences.manifest.written',
  'audiences.delivered',
  'intake.batch.written',
  'intake.batch.committed',
  'intake.refusal.recorded',
  'intake.contacts.folded',
  'webhooks.page.written',
  'forget.written',
  'forget.intake.rewritten',
  'forget.parts.written',
  'forget.manifest.written',
  'purge.window.written',
  'purge.window.committed',
  'extract.batch.opened',
  'extract.job.noted',
  'extract.job.polled',
  'extract.slice.fetched',
  'extract.part.written',
  'extract.manifest.written',
  'extract.batch.finished',
  'secrets.rewrapped',
  'facts.page.written',
  'facts.marks.written',
  'run.finishing',
] as const;

export type FailpointName = (typeof failpoints)[number];
