import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { toIso, type Instant } from '../../core/time.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import type { Progress } from '../../engine/runs/progress.ts';
import { countExpiredBodies, purgeBodies } from '../../relays/outbox/bodies.repository.ts';
import { expiredOf, type Expired } from './expired.ts';
import { cutoffOf, type Retention, type RetentionName } from '../../engine/retention-policy.ts';
import { countExpired, removeExpired } from './remove.repository.ts';
import { readTakenUp } from './taken-up.repository.ts';
import { importedBefore } from '../../engine/runs/import-batches.repository.ts';
import { batchesIn, removeBatch } from '../../leads/source/batches.client.ts';
import { nextWindow, type Place } from './windows.ts';

/** What is to be purged. */
export interface PurgeRequest {
  readonly brands: readonly string[];
  readonly retention: Retention;
  /** Of the retention only these. */
  readonly names: readonly RetentionName[];
  /** The folder of the intake; undefined where there is none: a bucket has a lifecycle of its own. */
  readonly intakeFolder?: string | undefined;
  readonly dryRun: boolean;
}

export interface PurgeServices extends JobServices {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Rows of a table that are walked over in one transaction. */
const WINDOW_ROWS = 5_000;

/**
 * Removes what the configuration no longer wants kept, table by table in small transactions: a killed purge has removed a
 * part, the next one removes the rest. A dry run counts.
 */
export async function runPurge(services: PurgeServices, request: PurgeRequest): Promise<JobReport> {
  const { brands, names, retention, dryRun } = request;
  const keep = Object.fromEntries(names.map((name) => [name, retention[name]]));
  return runJob(services, { command: 'purge', brands, shard: '1/1', dryRun, params: { keep } }, (job, guarded) => new Purge(guarded, request, job).run());
}

class Purge {
  readonly #services: PurgeServices;
  readonly #request: PurgeRequest;
  readonly #job: Job;
  #removed = 0;

  constructor(services: PurgeServices, request: PurgeRequest, job: Job) {
    this.#services = services;
    this.#request = request;
    this.#job = job;
  }

  async run(): Promise<JobOutcome> {
    const { clock, progress } = this.#services;
    const { names, retention } = this.#request;
    const now = clock.now();
    const items: Record<string, unknown>[] = [];
    progress.start(names.length);
    try {
      for (const [done, name] of names.entries()) {
        const before = cutoffOf(retention[name], now);
        const tables = before === undefined ? new Map<string, number>() : await this.#purge(name, before, () => progress.update(done, this.#removed, name));
        const common = { retention: name, keep_days: retention[name], before: before === undefined ? null : toIso(before) };
        if (tables.size === 0) items.push({ ...common, table: null, removed: 0 });
        for (const [table, removed] of tables) items.push({ ...common, table, removed });
      }
    } finally {
      progress.stop();
    }
    return { status: 'succeeded', totals: { removed: this.#removed }, items, problems: [] };
  }

  /** What went, by table. */
  async #purge(name: RetentionName, before: Instant, tell: () => void): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    const add = (table: string, count: number): void => {
      counts.set(table, (counts.get(table) ?? 0) + count);
      this.#removed += count;
      tell();
    };
    if (name === 'relay_bodies') {
      await this.#removeBodies(before, add);
      return counts;
    }
    if (name === 'intake_files') {
      await this.#removeFiles(before, add);
      return counts;
    }
    const { brands } = this.#request;
    const changes = name === 'changes' ? await this.#commit(({ tx }) => readTakenUp(tx, brands, before)) : [];
    for (const expired of expiredOf(name, before, { brands, changes })) await this.#remove(expired, (count) => add(expired.walk.table, count));
    return counts;
  }

  async #removeBodies(before: Instant, add: (table: string, count: number) => void): Promise<void> {
    const { database } = this.#services;
    for (let more = true; more; ) {
      this.#goOn();
      const { relays, attempts } = await (this.#request.dryRun ? database.read((knex) => countExpiredBodies(knex, before)) : purgeBodies(database, before, WINDOW_ROWS));
      add('relays', relays);
      add('relay_attempts', attempts);
      more = !this.#request.dryRun && relays + attempts > 0;
    }
  }

  /** Of batches that were imported before; a killed purge leaves some of their files, which the next one finds. */
  async #removeFiles(before: Instant, add: (table: string, count: number) => void): Promise<void> {
    const { intakeFolder, dryRun } = this.#request;
    if (intakeFolder === undefined) return;
    for (const { entity, brand, batches } of await batchesIn(intakeFolder)) {
      const imported = await this.#services.database.read((knex) => importedBefore(knex, { feed: 'intake', brand, entity }, batches, before));
      for (const batch of imported) {
        this.#goOn();
        add('intake', await removeBatch(intakeFolder, { entity, brand }, batch, dryRun));
      }
    }
  }

  async #remove(expired: Expired, add: (count: number) => void): Promise<void> {
    const { database } = this.#services;
    if (this.#request.dryRun) {
      add(await this.#commit((target) => countExpired(target, expired)));
      return;
    }
    for (let after: Place | undefined, more = true; more; ) {
      const step = await this.#commit(async (target) => {
        const window = await nextWindow(database.dialect, target.tx, expired.walk, after, WINDOW_ROWS);
        const removed = window === undefined ? 0 : await removeExpired(target, expired, window);
        failpoint('purge.window.written');
        return { window, removed };
      });
      failpoint('purge.window.committed');
      add(step.removed);
      after = step.window?.upTo;
      more = after !== undefined;
    }
  }

  #commit<T>(work: (target: Parameters<typeof removeExpired>[0]) => Promise<T>): Promise<T> {
    this.#goOn();
    const { database } = this.#services;
    return fencedTransaction(this.#services, this.#job.leases, (tx) => work({ database, tx, runId: this.#job.runId }));
  }

  #goOn(): void {
    if (this.#services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The purge was interrupted: what it removed is gone, the next one removes the rest.');
  }
}
