import { failpoint } from '../../core/failpoint.ts';
import { HubError } from '../../core/errors.ts';
import { runJob, type Job, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import type { Transaction } from '../../db/database.ts';
import type { BatchManifest } from '../../lake/sources/manifest.ts';
import { PartWriter } from '../../lake/sources/part-writer.client.ts';
import type { SourceLake } from '../../lake/sources/source-lake.ts';
import { newBatchId } from '../api/open-batch.ts';
import { readSinger, type SingerSink } from '../api/singer.ts';
import { closeBatch, newestBatch, openBatch, openBatches, openStreams, type OpenBatch } from './extract-batches.repository.ts';
import { changeState, readState } from './extract-state.repository.ts';
import { accountLock } from './run-extract.ts';

export interface SingerServices extends JobServices {
  readonly lake: SourceLake;
}

export interface SingerRequest {
  /** The name that its streams get in place of a platform's. */
  readonly source: string;
  readonly account: string;
  readonly brand: string;
  readonly lines: AsyncIterable<string>;
}

/** A batch that is being taken. */
interface TakenBatch {
  readonly row: OpenBatch;
  readonly keys: readonly string[];
  readonly writer: PartWriter;
}

/** The state of a tap is one for all of its streams. */
const SINGER_STATE = '*';
const NAME = /^[\x21-\x7e]{1,64}$/;

/** Writes what a Singer tap gives on standard input to the source lake, and keeps its STATE with it. */
export function runSinger(services: SingerServices, request: SingerRequest): Promise<JobReport> {
  const { source, account, brand } = request;
  const params = { sources: [source], accounts: [account] };
  return runJob(services, { command: 'extract', brands: [brand], shard: '1/1', params, dryRun: false, locks: [accountLock(source, account)] }, async (job, guarded) => {
    const intake = new SingerIntake(guarded, job, request);
    await intake.endLeft();
    await readSinger(request.lines, intake);
    const items = [...intake.counts].map(([stream, counts]) => ({ platform: source, account, brand, stream, requests: 0, skipped: 0, waited_ms: 0, final_until: null, status: 'done', ...counts }));
    const sum = (name: 'batches' | 'records'): number => items.reduce((total, item) => total + item[name], 0);
    return { status: 'succeeded', totals: { streams: items.length, failed: 0, waiting: 0, left_out: 0, batches: sum('batches'), requests: 0, records: sum('records'), skipped: 0, waited_ms: 0 }, items, problems: [] };
  });
}

class SingerIntake implements SingerSink {
  readonly counts = new Map<string, { batches: number; records: number; cursor: string | null }>();
  readonly #services: SingerServices & { readonly signal: AbortSignal };
  readonly #job: Job;
  readonly #request: SingerRequest;
  readonly #open = new Map<string, Promise<TakenBatch>>();

  constructor(services: SingerServices & { readonly signal: AbortSignal }, job: Job, request: SingerRequest) {
    this.#services = services;
    this.#job = job;
    this.#request = request;
  }

  /** What a run before left: a batch that is there counts; of another one nothing stays, as the tap gives it again. */
  async endLeft(): Promise<void> {
    const { database, lake } = this.#services;
    const { source: platform, account } = this.#request;
    for (const stream of await openStreams(database, { platform, account })) {
      for (const row of await openBatches(database, { platform, account, stream })) {
        const manifest = await lake.manifest(row);
        if (manifest === undefined) for (const name of (await lake.partSizes(row)).keys()) await lake.removePart(row, name);
        await lake.unstage(row);
        await this.#committed((tx, by) => closeBatch(tx, row, manifest === undefined ? 'abandoned' : 'finished', manifest === undefined ? null : { records: manifest.records }, by));
      }
    }
  }

  async record(stream: string, keys: readonly string[], line: string): Promise<void> {
    let taken = this.#open.get(stream);
    if (taken === undefined) {
      taken = this.#begin(stream, keys);
      this.#open.set(stream, taken);
    }
    await (await taken).writer.add(line);
  }

  async close(state: string | null): Promise<void> {
    const { lake } = this.#services;
    const taken = await Promise.all([...this.#open].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, batch]) => batch));
    this.#open.clear();
    const manifests: BatchManifest[] = [];
    for (const batch of taken) manifests.push(await this.#publish(batch, state));
    const { source: platform, account } = this.#request;
    await this.#committed(async (tx, by) => {
      for (const [index, { row }] of taken.entries()) await closeBatch(tx, { ...row, cursor_after: state }, 'finished', { records: manifests[index]?.records ?? 0 }, by);
      if (state !== null) await changeState(tx, { platform, account, stream: SINGER_STATE }, { cursor: state, extracted_until: by.at }, by);
    });
    failpoint('extract.batch.finished');
    for (const { row } of taken) await lake.unstage(row);
    for (const { stream, records } of manifests) {
      const before = this.counts.get(stream) ?? { batches: 0, records: 0 };
      this.counts.set(stream, { batches: before.batches + 1, records: before.records + records, cursor: state });
    }
  }

  async #begin(stream: string, keys: readonly string[]): Promise<TakenBatch> {
    const { database, lake, clock } = this.#services;
    const { source: platform, account, brand } = this.#request;
    if (!NAME.test(stream)) throw new HubError('refused', 'singer_invalid_stream', 'A stream of the tap has no name of up to 64 printable characters.', { nextStep: 'Rename it in the catalog of the tap.' });
    const batch = newBatchId(clock.now(), await newestBatch(database, { platform, account }, [stream]));
    const { cursor } = await readState(database, { platform, account, stream: SINGER_STATE });
    const row: OpenBatch = { platform, account, stream, batch, brand, slice: '{}', cursor_before: cursor, cursor_after: null, job_id: null };
    await this.#committed((tx, by) => openBatch(tx, row, by));
    failpoint('extract.batch.opened');
    return { row, keys, writer: new PartWriter(await lake.stage(row)) };
  }

  async #publish({ row, keys, writer }: TakenBatch, state: string | null): Promise<BatchManifest> {
    const { lake } = this.#services;
    const parts = await writer.finish();
    for (const part of parts) {
      await lake.putPart(row, part);
      failpoint('extract.part.written');
    }
    const manifest: BatchManifest = {
      ...{ format: 1, platform: row.platform, stream: row.stream, account: row.account, brand: row.brand, batch: row.batch, run_id: this.#job.runId },
      ...{ api_version: null, definition: 'singer', slice: { from: null, to: null }, backfill: false, replaces: null, cursor_before: row.cursor_before, cursor_after: state },
      ...{ zone: null, currency: null, requests: 0, records: writer.records, skipped: {}, warnings: [], drift: { unknown: {}, lost: {}, changed: {} }, key_properties: [...keys] },
      parts: parts.map(({ name, records, bytes, sha256 }) => ({ name, records, bytes, sha256 })),
    };
    await lake.putManifest(manifest);
    failpoint('extract.manifest.written');
    return manifest;
  }

  #committed<T>(work: (tx: Transaction, by: { readonly runId: string; readonly at: ReturnType<SingerServices['clock']['now']> }) => Promise<T>): Promise<T> {
    return fencedTransaction(this.#services, this.#job.leases, (tx) => work(tx, { runId: this.#job.runId, at: this.#services.clock.now() }));
  }
}
