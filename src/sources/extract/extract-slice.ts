import { failpoint } from '../../core/failpoint.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import type { BatchManifest } from '../../lake/sources/manifest.ts';
import { cursorAfter } from '../api/cursor-window.ts';
import { definitionHash } from '../api/definition.ts';
import { childrenOf, type Extraction, type RestatedDays, type Stream } from '../api/platform.ts';
import type { Days } from '../api/slices.ts';
import type { AccountRun } from './account-run.ts';
import { closeBatch, noteJob, openBatch, type BatchStatus, type OpenBatch } from './extract-batches.repository.ts';
import { finalAfter } from './day-plan.ts';
import { changeState, readState, type ExtractState } from './extract-state.repository.ts';
import { fetchSlice } from './fetch-slice.ts';
import type { PlannedSlice } from '../api/planned-slice.ts';
import { planOfRow, planText, splitSlice } from './slice-plan.ts';
import { SliceWriter, type StagedStream } from './slice-writer.ts';
import { failed, SliceTooLarge } from './stop.ts';

/** What slices have come to, added up for the report. */
export interface SliceCounts {
  batches: number;
  records: number;
  skipped: number;
  /** Batches by what they say against themselves. */
  readonly warned: Map<string, number>;
}

/** A stream with how it is asked for. */
export interface ExtractedStream {
  readonly stream: Stream;
  readonly extraction: Extraction;
}

/** Notes that a slice is begun: batch id, slice and bound are committed before anything is asked. */
export async function openSlice(run: AccountRun, { stream }: ExtractedStream, planned: PlannedSlice, batch: OpenBatch['batch']): Promise<OpenBatch> {
  const { platform, account } = run;
  const row: OpenBatch = {
    ...{ platform: platform.name, account: account.account, stream: stream.name, batch, brand: account.brand },
    ...{ slice: planText(planned), cursor_before: planned.cursorBefore, cursor_after: planned.cursorAfter, job_id: null },
  };
  await committed(run, (tx, by) => openBatch(tx, row, by));
  failpoint('extract.batch.opened');
  return row;
}

/**
 * Fetches an open batch, puts it into the lake and closes it: parts, manifests, state. Of a slice that is too large its
 * halves are given back, to be opened in its place.
 */
export async function extractSlice(run: AccountRun, extracted: ExtractedStream, row: OpenBatch, counts: SliceCounts): Promise<readonly PlannedSlice[]> {
  const { stream, extraction } = extracted;
  const streams = [stream, ...childrenOf(run.platform, stream)];
  const writer = new SliceWriter(run.lake, { platform: row.platform, account: row.account }, row.batch, streams, extraction.cursor?.upper === false ? extraction.cursor.field : undefined);
  const planned = planOfRow(row);
  const before = run.meter.requests;
  const told: Told = { skipped: new Map(), warned: new Set() };
  try {
    await fetchInto(run, extracted, row, planned, writer, told);
    failpoint('extract.slice.fetched');
    const staged = await writer.finish();
    const requests = run.meter.requests - before;
    const reached = reachedCursor(extracted, planned, writer.greatestSeen);
    const manifests = staged.map((each) => manifestOf(run, each, planned, reached, requests, told));
    await publish(run, staged, manifests);
    await closeSlice(run, extracted, row, reached, manifests);
    countBatches(counts, manifests.filter((manifest) => isBatch(manifest, stream.name, manifests)), manifests);
    return [];
  } catch (error) {
    if (!(error instanceof SliceTooLarge)) throw error;
    const halves = splitSlice(planned, extraction);
    if (halves === undefined) throw failed('slice_too_large', 'The platform refuses even the smallest slice as too large.', 'Take the stream out of the account, or ask the platform.');
    await committed(run, (tx, by) => closeBatch(tx, row, 'abandoned', null, by));
    return halves;
  } finally {
    await writer.discard();
  }
}

/** What was told of a slice beside its records. */
interface Told {
  readonly skipped: Map<string, number>;
  readonly warned: Set<string>;
}

/** Adds up what slices have come to. @param manifests with those that are no batch */
export function countBatches(counts: SliceCounts, batches: readonly BatchManifest[], manifests: readonly BatchManifest[] = batches): void {
  counts.batches += batches.length;
  for (const { records, skipped, warnings } of manifests) {
    counts.records += records;
    counts.skipped += Object.values(skipped).reduce((sum, each) => sum + each, 0);
    for (const word of warnings) counts.warned.set(word, (counts.warned.get(word) ?? 0) + 1);
  }
}

/** Counts a batch that is in the lake already: what is left of its steps is the last one. */
export async function closeSlice(run: AccountRun, { stream, extraction }: ExtractedStream, row: OpenBatch, cursor: string | null, manifests: readonly BatchManifest[]): Promise<void> {
  const planned = planOfRow(row);
  // The lock of the account keeps everybody else from changing it.
  const before = await readState(run.database, row);
  await committed(run, async (tx, by) => {
    for (const manifest of manifests) {
      const { records, requests, skipped, drift, warnings, parts } = manifest;
      const status: BatchStatus = isBatch(manifest, stream.name, manifests) ? 'finished' : 'empty';
      // A child has a row of its own only where it has a batch.
      if (manifest.stream === stream.name || status === 'finished') await closeBatch(tx, { ...row, stream: manifest.stream }, status, { records, requests, skipped, drift, warnings, parts: parts.length }, by);
    }
    if (planned.backfill) return;
    if (extraction.days !== undefined) {
      await changeState(tx, row, daysReached(run, extraction.days, row, planned, before), by);
      return;
    }
    const until = planned.extractedUntil === null ? undefined : parseInstant(planned.extractedUntil);
    const [since] = [planned.listedSince].flatMap((text) => (text === null ? [] : (parseInstant(text) ?? [])));
    // While a listing goes on, the state remembers when it began.
    const reached = extraction.cursor === undefined ? { swept_at: until ?? by.at } : { cursor, ...(since === undefined ? {} : { swept_at: until === undefined ? since : null }) };
    await changeState(tx, row, { ...reached, ...(until === undefined ? {} : { extracted_until: until }), throttled_until: null }, by);
  });
  failpoint('extract.batch.finished');
}

/** A pass over days goes on behind the slice, or is over. */
function daysReached({ account, profile }: AccountRun, days: RestatedDays, { batch }: OpenBatch, { replaces, cursorAfter: cursor, extractedUntil }: PlannedSlice, before: ExtractState): Partial<ExtractState> {
  const replaced = Array.isArray(replaces) ? (replaces as readonly string[] as Days) : undefined;
  const final = replaced === undefined ? before.final_until : finalAfter(days, { start: account.start, zone: profile.zone, restateDays: account.restate_days }, before.final_until, batch, replaced);
  const sweptAt = extractedUntil === null ? undefined : parseInstant(extractedUntil);
  return { cursor, final_until: final, throttled_until: null, ...(sweptAt === undefined ? {} : { swept_at: sweptAt, extracted_until: sweptAt }) };
}

async function fetchInto(run: AccountRun, { stream, extraction }: ExtractedStream, row: OpenBatch, planned: PlannedSlice, writer: SliceWriter, told: Told): Promise<void> {
  const note = async (id: string | null): Promise<void> => {
    await committed(run, (tx) => noteJob(tx, row, id));
    failpoint('extract.job.noted');
  };
  const services = {
    ...{ client: run.client, stream: stream.name, concurrency: run.platform.budget.concurrency, pause: run.pause, ...told },
    ...{ add: writer.add.bind(writer), begin: writer.begin.bind(writer), job: { id: row.job_id, note } },
  };
  await fetchSlice(services, extraction.fetch(planned.slice, { settings: run.account.settings, credentials: run.credentials }));
}

/** Parts first; then the manifests, that of the stream itself last: it makes the slice be there. */
async function publish({ lake }: AccountRun, staged: readonly StagedStream[], manifests: readonly BatchManifest[]): Promise<void> {
  for (const { place, parts } of staged) {
    for (const part of parts) {
      await lake.putPart(place, part);
      failpoint('extract.part.written');
    }
  }
  const name = staged[0]?.stream.name ?? '';
  for (const manifest of [...manifests].reverse()) {
    if (!isBatch(manifest, name, manifests)) continue;
    await lake.putManifest(manifest);
    failpoint('extract.manifest.written');
  }
}

/** Nothing is no batch, unless it stands in the place of something, or children came with it. */
function isBatch(manifest: BatchManifest, parent: string, all: readonly BatchManifest[]): boolean {
  return manifest.records > 0 || manifest.replaces !== null || (manifest.stream === parent && all.some(({ records }) => records > 0));
}

function reachedCursor({ extraction }: ExtractedStream, planned: PlannedSlice, greatest: Instant | null): string | null {
  const { cursor } = extraction;
  if (planned.backfill) return planned.cursorBefore;
  if (cursor?.upper !== false || planned.extractedUntil === null) return planned.cursorAfter;
  const [before, limit] = [planned.cursorBefore, planned.extractedUntil].map((text) => (text === null ? undefined : parseInstant(text)));
  const reached = limit === undefined ? null : cursorAfter({ from: limit, until: null, limit }, before ?? null, greatest);
  return reached === null ? null : `${reached.slice(0, 10)}T${reached.slice(11, 23)}Z`;
}

function manifestOf(run: AccountRun, { stream, place, parts, records, drift }: StagedStream, planned: PlannedSlice, cursor: string | null, requests: number, { skipped, warned }: Told): BatchManifest {
  const isParent = stream.parent === undefined;
  return {
    ...{ format: 1, ...place, brand: run.account.brand, run_id: run.runId, api_version: run.platform.api.version.value, definition: definitionHash(stream) },
    ...{ slice: { from: planned.slice.from, to: planned.slice.to }, backfill: planned.backfill, replaces: planned.replaces === null || planned.replaces === 'all' ? planned.replaces : [...planned.replaces] },
    ...{ cursor_before: planned.cursorBefore, cursor_after: cursor, zone: run.profile.zone, currency: run.profile.currency },
    ...{ requests: isParent ? requests : 0, records, skipped: isParent ? Object.fromEntries([...skipped].sort()) : {}, warnings: isParent ? [...warned].sort() : [], drift },
    parts: parts.map(({ name, records: count, bytes, sha256 }) => ({ name, records: count, bytes, sha256 })),
  };
}

/** Writes to the tables while the account's lock is still held. */
export function committed<T>({ database, signal, lease, runId, clock }: AccountRun, work: (tx: Transaction, by: { readonly runId: string; readonly at: Instant }) => Promise<T>): Promise<T> {
  return fencedTransaction({ database, signal }, [lease], (tx) => work(tx, { runId, at: clock.now() }));
}
