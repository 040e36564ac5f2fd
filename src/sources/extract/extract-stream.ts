import { HubError } from '../../core/errors.ts';
import type { Instant, LocalDate } from '../../core/time.ts';
import { BATCH_MANIFEST } from '../../lake/sources/manifest.ts';
import { childrenOf, type Stream } from '../api/platform.ts';
import { actionOfLeft, newBatchId } from '../api/open-batch.ts';
import type { AccountRun } from './account-run.ts';
import { newestBatch, openBatches, type OpenBatch } from './extract-batches.repository.ts';
import { closeSlice, committed, countBatches, extractSlice, openSlice, type ExtractedStream, type SliceCounts } from './extract-slice.ts';
import { reachesToday } from './day-plan.ts';
import { changeState, readState } from './extract-state.repository.ts';
import type { PlannedSlice, PlanRequest } from '../api/planned-slice.ts';
import { planOfRow, planSlices } from './slice-plan.ts';
import { failed, Stopped, type StopReason } from './stop.ts';

/** What became of a stream, for the report. */
export interface StreamOutcome extends SliceCounts {
  readonly stream: string;
  readonly requests: number;
  readonly waitedMs: number;
  readonly cursor: string | null;
  /** The last day up to which all are final, of what is asked for by days. */
  readonly finalUntil: LocalDate | null;
  readonly stopped: StopReason | undefined;
  /** The platform had no room, and the time is not yet over: it was left out. */
  readonly throttledUntil: Instant | null;
}

/** True if the platform has no room for any of these streams before a later time. */
export async function areLeftOut(database: AccountRun['database'], platform: string, account: string, streams: readonly Stream[], now: Instant): Promise<boolean> {
  const states = await Promise.all(streams.filter(({ extraction }) => extraction !== undefined).map(({ name }) => readState(database, { platform, account, stream: name })));
  return states.every(({ throttled_until: until }) => until !== null && until > now);
}

/** Asks for what is new of a stream: first what a run before left open, then slice after slice. It never throws for the platform's sake. */
export async function extractStream(run: AccountRun, extracted: ExtractedStream, request: PlanRequest): Promise<StreamOutcome> {
  const { platform, account, database, meter } = run;
  const key = { platform: platform.name, account: account.account, stream: extracted.stream.name };
  const counts: SliceCounts = { batches: 0, records: 0, skipped: 0, warned: new Map() };
  const [requests, waitedMs] = [meter.requests, meter.waitedMs];
  let stopped: StopReason | undefined;
  let { throttled_until: throttledUntil } = await readState(database, key);
  const isLeftOut = throttledUntil !== null && throttledUntil > request.now;
  if (!isLeftOut) throttledUntil = null;
  try {
    if (!isLeftOut) await extractAll(run, extracted, request, counts);
  } catch (error) {
    stopped = stopReasonOf(error);
    const { until } = stopped;
    if (until !== undefined) await committed(run, (tx, by) => changeState(tx, key, { throttled_until: until }, by));
  }
  const { cursor, final_until: finalUntil } = await readState(database, key);
  return { ...counts, stream: key.stream, requests: meter.requests - requests, waitedMs: meter.waitedMs - waitedMs, cursor, finalUntil, stopped, throttledUntil };
}

async function extractAll(run: AccountRun, extracted: ExtractedStream, request: PlanRequest, counts: SliceCounts): Promise<void> {
  const { platform, account, database } = run;
  const key = { platform: platform.name, account: account.account, stream: extracted.stream.name };
  const left = await openBatches(database, key);
  for (const row of left) await resume(run, extracted, row, counts);
  // What is asked for as a whole, or up to today, was asked for just now.
  if (left.length > 0 && extracted.extraction.cursor === undefined && extracted.extraction.days === undefined) return;
  if (request.range === undefined && extracted.extraction.days !== undefined && left.some((row) => reachesToday(planOfRow(row), request))) return;
  const state = await readState(database, key);
  await extractSlices(run, extracted, planSlices(extracted.stream, extracted.extraction, state, request), counts);
}

/** One slice after the other; the halves of one that is too large stand in its place. */
async function extractSlices(run: AccountRun, extracted: ExtractedStream, slices: readonly PlannedSlice[], counts: SliceCounts): Promise<void> {
  const waiting = [...slices];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const row = await openSlice(run, extracted, next, await nextBatch(run, extracted));
    waiting.unshift(...(await extractSlice(run, extracted, row, counts)));
  }
}

/** The feeds of the children get the same batch, so the id is behind the newest of all of them. */
async function nextBatch({ platform, account, database, clock }: AccountRun, { stream }: ExtractedStream): Promise<OpenBatch['batch']> {
  const streams = [stream, ...childrenOf(platform, stream)].map(({ name }) => name);
  return newBatchId(clock.now(), await newestBatch(database, { platform: platform.name, account: account.account }, streams));
}

/** Ends a batch that a run before left open, with its own id, slice and bound. */
async function resume(run: AccountRun, extracted: ExtractedStream, row: OpenBatch, counts: SliceCounts): Promise<void> {
  const { lake, platform } = run;
  const manifest = (await lake.manifest(row)) ?? null;
  const left = {
    slice: sliceText(planOfRow(row).slice),
    manifest: manifest && { slice: sliceText(manifest.slice), parts: manifest.parts },
    parts: await lake.partSizes(row),
    // Whether it lives shows when it is asked for: one that is gone is made anew.
    ...(row.job_id === null ? {} : { job: 'pending' as const }),
  };
  const action = actionOfLeft(left);
  if (action === 'fail') {
    throw failed('open_batch_unfit', `The batch ${row.batch} was left open, and what lies in the lake under its name is something else.`, `Look at it, then give it up: hub sources state reset --source ${row.platform} --account ${row.account} --stream ${row.stream} --yes`);
  }
  const children = childrenOf(platform, extracted.stream).map(({ name }) => ({ ...row, stream: name }));
  if (action === 'finish_from_manifest' && manifest !== null) {
    const found = await Promise.all(children.map((child) => lake.manifest(child)));
    const manifests = [manifest, ...found.filter((each) => each !== undefined)];
    await closeSlice(run, extracted, row, manifest.cursor_after, manifests);
    countBatches(counts, manifests);
    return;
  }
  for (const place of [...children, row]) {
    await lake.removePart(place, BATCH_MANIFEST);
    for (const name of (await lake.partSizes(place)).keys()) await lake.removePart(place, name);
  }
  await extractSlices(run, extracted, await extractSlice(run, extracted, row, counts), counts);
}

function sliceText({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  return `${from ?? ''}/${to ?? ''}`;
}

/** What ends a stream; anything else is thrown on. A damaged batch of the lake is of this stream alone. */
function stopReasonOf(error: unknown): StopReason {
  if (error instanceof Stopped) return error.reason;
  if (error instanceof HubError && error.kind === 'refused') return { scope: 'stream', transient: false, code: error.code, message: error.message, next: error.nextStep ?? '' };
  throw error;
}
