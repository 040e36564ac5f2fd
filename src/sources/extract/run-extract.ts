import { HubError } from '../../core/errors.ts';
import { problem, type Problem } from '../../core/problem.ts';
import { someAtOnce } from '../../core/async/some-at-once.ts';
import { formatCount } from '../../core/text/counts.ts';
import { toIso, type Instant } from '../../core/time.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import type { Progress } from '../../engine/runs/progress.ts';
import type { SourceLake } from '../../lake/sources/source-lake.ts';
import type { ProxySettings } from '../../net/proxy.ts';
import type { SourceAccount } from '../api/account.ts';
import type { Platform, Stream } from '../api/platform.ts';
import type { AccountProfile } from './account-run.ts';
import { dryRunStream, type Rehearsal } from './dry-run.ts';
import type { ExtractedStream } from './extract-slice.ts';
import { areLeftOut, extractStream, type StreamOutcome } from './extract-stream.ts';
import { openAccount, type AccountServices, type OpenAccount } from './open-account.ts';
import type { PlanRequest } from '../api/planned-slice.ts';
import { Stopped, type StopReason } from './stop.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';

export interface ExtractServices extends JobServices {
  readonly lake: SourceLake;
  readonly store: SecretStore;
  readonly progress: Progress;
  readonly proxy: ProxySettings | undefined;
  /** Of tests: real waits otherwise. */
  readonly sleep?: AccountServices['sleep'];
  readonly random?: AccountServices['random'];
  readonly elapsed?: AccountServices['elapsed'];
}

/** An account with the streams of it that are asked for. */
export interface AccountStreams {
  readonly platform: Platform;
  readonly account: SourceAccount;
  readonly streams: readonly Stream[];
}

export interface ExtractRequest {
  readonly accounts: readonly AccountStreams[];
  readonly range: PlanRequest['range'];
  readonly shard: string;
  readonly maxWaitMs: number;
  readonly maxRequests: number | undefined;
  readonly dryRun: boolean;
  /** As they stand in the record of the run. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** A line of the report: a stream of an account. */
type Item = Readonly<Record<string, unknown>>;

const ACCOUNTS_AT_ONCE = 4;

/** The lock of an account: its streams share a budget, so one run at a time asks for them. */
export function accountLock(platform: string, account: string): string {
  return `extract/${platform}/${account}`;
}

/**
 * Asks the platforms for what is new and writes it to the source lake. A stream or an account that fails ends by itself;
 * the others go on.
 */
export function runExtract(services: ExtractServices, request: ExtractRequest): Promise<JobReport> {
  const { accounts, dryRun, shard, params } = request;
  const brands = [...new Set(accounts.map(({ account }) => account.brand))].sort();
  const locks = accounts.map(({ platform, account }) => accountLock(platform.name, account.account));
  return runJob(services, { command: 'extract', brands, shard, params, dryRun, locks }, async (job, guarded) => {
    const meter = { left: request.maxRequests ?? Number.POSITIVE_INFINITY, done: 0, records: 0 };
    services.progress.start(accounts.reduce((sum, { streams }) => sum + streams.length, 0));
    try {
      const tasks = accounts.map((each) => () => extractAccount({ ...guarded, ...services, signal: guarded.signal, interruption: services.signal }, job, request, each, meter));
      return outcomeOf((await someAtOnce(tasks, ACCOUNTS_AT_ONCE, guarded.signal)).flat(), accounts.map(({ platform }) => platform));
    } finally {
      services.progress.stop();
    }
  });
}

interface RunMeter {
  left: number;
  done: number;
  records: number;
}

type Guarded = ExtractServices & { readonly signal: AbortSignal; readonly interruption: AbortSignal | undefined };

/** The streams of one account, one after the other. What ends the account is told for each of them that is left. */
async function extractAccount(services: Guarded, job: Job, request: ExtractRequest, { platform, account, streams }: AccountStreams, meter: RunMeter): Promise<Item[]> {
  const { progress, lake, clock, database } = services;
  const items: Item[] = [];
  const base = { platform: platform.name, account: account.account, brand: account.brand };
  const show = (what: string): void => progress.update(meter.done, meter.records, what);
  let opened: OpenAccount | undefined;
  let ended: StopReason | undefined;
  try {
    opened = await openAccount({ ...services, maxWaitMs: request.maxWaitMs, requestsLeft: () => meter.left-- > 0, waiting: ({ name }, ms, why) => show(`${name}: ${why}, ${Math.ceil(ms / 1_000)} s`) }, platform, account);
    // Where nothing may be asked before a later time, the profile is not asked for either.
    const profile = !request.dryRun && (await areLeftOut(database, platform.name, account.account, streams, clock.now())) ? UNKNOWN : await opened.profile();
    const lease = job.leases.find(({ name }) => name === accountLock(platform.name, account.account)) ?? { name: '', token: 0, runId: job.runId };
    const run = { platform, account, ...opened, profile, database, lake, clock, signal: services.signal, runId: job.runId, lease };
    for (const extracted of streams.flatMap(extractedOf)) {
      if (ended !== undefined) break;
      show(`${platform.name} ${account.account} ${extracted.stream.name}`);
      const plan: PlanRequest = { now: clock.now(), start: account.start, zone: profile.zone, restateDays: account.restate_days, range: request.range };
      if (request.dryRun) items.push({ ...base, ...rehearsalItem(await dryRunStream(run, extracted, plan)) });
      else {
        const outcome = await extractStream(run, extracted, plan);
        items.push({ ...base, ...itemOf(outcome) });
        meter.records += outcome.records;
        if (outcome.stopped?.scope === 'account') ended = outcome.stopped;
      }
      meter.done++;
    }
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    ended = error.reason;
  } finally {
    await opened?.close();
  }
  const left = streams.flatMap(extractedOf).slice(items.length);
  return ended === undefined ? items : [...items, ...left.map(({ stream }) => ({ ...base, stream: stream.name, ...NOTHING, ...failureOf(ended) }))];
}

const UNKNOWN: AccountProfile = { zone: null, currency: null };
const NOTHING = { batches: 0, requests: 0, records: 0, skipped: 0, waited_ms: 0, cursor: null, final_until: null };

/** A child has nothing of its own: it comes with its parent. */
function extractedOf(stream: Stream): ExtractedStream[] {
  return stream.extraction === undefined ? [] : [{ stream, extraction: stream.extraction }];
}

function itemOf({ stream, batches, requests, records, skipped, warned, waitedMs, cursor, finalUntil, stopped, throttledUntil }: StreamOutcome): Item {
  const counts = { stream, batches, requests, records, skipped, waited_ms: waitedMs, cursor, final_until: finalUntil, ...(warned.size === 0 ? {} : { warnings: Object.fromEntries([...warned].sort()) }) };
  if (stopped !== undefined) return { ...counts, ...failureOf(stopped) };
  return { ...counts, status: throttledUntil === null ? 'done' : 'left_out', ...(throttledUntil === null ? {} : { throttled_until: toIso(throttledUntil) }) };
}

function rehearsalItem({ stopped, ...rehearsal }: Rehearsal): Item {
  return { ...NOTHING, ...rehearsal, ...(stopped === undefined ? { status: 'done' } : failureOf(stopped)) };
}

function failureOf({ code, message, next, transient, until }: StopReason): Item {
  return { status: transient ? 'waiting' : 'failed', error_code: code, error: message, next, ...(until === undefined ? {} : { throttled_until: toIso(until) }) };
}

function outcomeOf(items: readonly Item[], platforms: readonly Platform[]): JobOutcome {
  const count = (status: string): number => items.filter((item) => item['status'] === status).length;
  const sum = (name: string): number => items.reduce((total, item) => total + Number(item[name] ?? 0), 0);
  const totals = { streams: items.length, failed: count('failed'), waiting: count('waiting'), left_out: count('left_out'), ...Object.fromEntries(['batches', 'requests', 'records', 'skipped', 'waited_ms'].map((name) => [name, sum(name)])) };
  return { status: totals.failed + totals.waiting > 0 ? 'refused' : 'succeeded', totals, items, problems: items.flatMap((item) => [...problemOf(item), ...warningsOf(item, platforms)]) };
}

function problemOf(item: Item): Problem[] {
  const text = (name: string): string => textAt(item, name);
  const place = { brand: text('brand'), stream: text('stream'), next: text('next') };
  const where = placeOf(item);
  if (item['status'] === 'left_out') return [problem('throttled', `${where}: left out, as the platform has no room before ${text('throttled_until')}.`, place)];
  return text('error_code') === '' ? [] : [problem(text('error_code'), `${where}: ${text('error')}`, place)];
}

/** What a platform says against its own figures, with how many batches it holds of. */
function warningsOf(item: Item, platforms: readonly Platform[]): Problem[] {
  const { warnings: texts = {} } = platforms.find(({ name }) => name === item['platform']) ?? {};
  const place = { brand: textAt(item, 'brand'), stream: textAt(item, 'stream') };
  return Object.entries((item['warnings'] ?? {}) as Readonly<Record<string, number>>).map(([word, batches]) => problem(`data_${word}`, `${placeOf(item)}: ${formatCount(batches)} ${batches === 1 ? 'batch has' : 'batches have'} ${texts[word] ?? word}.`, place));
}

function textAt(item: Item, name: string): string {
  const value = item[name];
  return typeof value === 'string' ? value : '';
}

function placeOf(item: Item): string {
  return ['platform', 'account', 'stream'].map((name) => textAt(item, name)).join(' ');
}

/** The days or instants of --from and --to as a range; both must be there. @throws HubError usage */
export function rangeOf(from: Instant | undefined, to: Instant | undefined): PlanRequest['range'] {
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && to !== undefined && from < to) return { from, to };
  throw new HubError('usage', 'invalid_range', 'A backfill needs --from and a later --to.', { nextStep: 'Give both, such as --from 2026-11-01 --to 2026-11-08; the end is not part of it.' });
}
