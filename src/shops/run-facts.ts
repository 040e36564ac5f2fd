import { readAhead } from '../core/async/read-ahead.ts';
import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { problem, type Problem } from '../core/problem.ts';
import type { Transaction } from '../db/database.ts';
import { mayWriteFor } from '../engine/declare/stage-declaration.ts';
import { stageOf } from '../engine/declare/stages.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import type { TableCounts } from '../engine/records/record-counts.ts';
import { targetOf } from '../engine/records/record-target.ts';
import { encodeRecord, type EncodedRecord } from '../engine/records/encode-record.ts';
import { applyEncoded } from '../engine/records/records.repository.ts';
import { findEmptyBrands } from '../engine/records/stored-records.repository.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import type { Job } from '../engine/runs/job.ts';
import { deriveAds, type DeriveServices } from '../facts/ads/derive-ads.ts';
import { completeUpTo, NO_DATE, readMarks, runsNow, writeMarks } from '../engine/stage/stage-marks.repository.ts';
import type { AfterImport, ImportServices } from '../raw/import/run-import.ts';
import { noteBuyers } from './read/buyers.repository.ts';
import { derivations, type Derivation } from './read/derive.ts';
import { changedKeys, PAGE, pageAfter, rowsWith, type ChangeRange, type RowPage } from './read/raw-rows.repository.ts';

/** How far the facts have come, by brand: the change number up to which every row of a platform is taken up. */
const STAGE = { stage: 'source-facts', shard: '1/1' };
/** Of what is derived: another one derives all facts anew. */
const VERSION = '2';
/** Keys whose facts share a transaction. */
const STORED_AT_ONCE = 5_000;
/** Whose rows of platforms may be written while this one derives. */
const mayWrite = mayWriteFor(stageOf(STAGE.stage));

interface Setting {
  readonly services: ImportServices;
  readonly job: Job;
  readonly audit: AuditWriter;
  readonly brand: string;
}

/**
 * Derives the facts of platforms from the raw rows that changed since they were derived last, in the run of the import. What a
 * killed run left is taken up by the next one. Of several shards one derives.
 */
export function deriveFacts(brands: readonly string[], restateDaysOf: DeriveServices['restateDaysOf'] = () => undefined): AfterImport {
  return async (job, services) => {
    const totals: Record<string, number> = { facts_inserted: 0, facts_updated: 0, facts_unchanged: 0, facts_deleted: 0 };
    const problems: Problem[] = [];
    const audit = new AuditWriter(job.runId, services.clock, FIRST_NUMBER);
    for (const brand of brands) {
      const found = await locked(job, brand);
      if (found !== undefined) {
        problems.push(found);
        continue;
      }
      await deriveOf({ services, job, audit, brand }, totals);
      await deriveAdsOf({ services, job, audit, brand }, restateDaysOf, totals);
    }
    return { totals, problems };
  };
}

/** The numbers before it are those of the import's own entries. */
const FIRST_NUMBER = 1_000_000_000;

async function locked(job: Job, brand: string): Promise<Problem | undefined> {
  try {
    await job.lock(`${STAGE.stage}/${brand}`);
    return undefined;
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'locked') throw error;
    return problem('facts_later', `The facts of ${brand} are being derived by another run; what this one imported is taken up by the next.`, { brand, next: 'hub import-sources' });
  }
}

async function deriveOf(setting: Setting, totals: Record<string, number>): Promise<void> {
  const { services, job, brand } = setting;
  const now = await runsNow(services.database);
  const { isWhole, ...range } = await fencedTransaction(services, leasesOf(setting), async (tx) => {
    const { mark = 0, version = VERSION } = (await readMarks(tx, STAGE)).get(brand) ?? {};
    return { brand, after: mark, upTo: await completeUpTo(tx, job.runId, now, mayWrite), isWhole: version !== VERSION };
  });
  if (range.upTo <= range.after && !isWhole) return;
  for (const derivation of derivations) await deriveKind(setting, derivation, isWhole ? 'all' : range, totals);
  await fencedTransaction(services, leasesOf(setting), (tx) => writeMarks(tx, STAGE, [brand], { mark: range.upTo, asOf: NO_DATE, version: VERSION }, job.runId));
  failpoint('facts.marks.written');
}

/** The facts of ad platforms, under the same lock. */
async function deriveAdsOf(setting: Setting, restateDaysOf: DeriveServices['restateDaysOf'], totals: Record<string, number>): Promise<void> {
  const { services, job, brand } = setting;
  const { database, signal } = services;
  const counts = { inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
  const inTransaction: DeriveServices['inTransaction'] = (work) => fencedTransaction(services, leasesOf(setting), (tx) => work({ database, tx, brand, changeNo: job.changeNo }));
  await deriveAds({ signal, inTransaction, restateDaysOf }, brand, counts);
  addFacts(totals, counts);
}

/** @param range of the changes that are taken up; `all`: whatever changed */
async function deriveKind(setting: Setting, derivation: Derivation, range: ChangeRange | 'all', totals: Record<string, number>): Promise<void> {
  const { services, brand } = setting;
  const { database } = services;
  const { keys, emptyBrands } = await database.snapshot(async (tx) => ({ keys: range === 'all' ? range : await keysOf(tx, derivation, range), emptyBrands: await findEmptyBrands(database, tx, [derivation.table], [brand]) }));
  const next = pagesOf(derivation, brand, keys);
  const read = (): Promise<FactPage | undefined> =>
    database.snapshot(async (tx) => {
      const together: { keys: string[]; records: EncodedRecord[] } = { keys: [], records: [] };
      for (let page = await next(tx); page !== undefined; page = together.keys.length < STORED_AT_ONCE ? await next(tx) : undefined) {
        together.keys.push(...page.keys);
        for (const record of await derivation.derive(tx, brand, page.rows)) together.records.push(encodeRecord(derivation.table, record));
      }
      return together.keys.length === 0 ? undefined : together;
    });
  // One page is read and derived while the one before is stored.
  for await (const page of readAhead(read, database.dialect.concurrentWriters)) await apply(setting, derivation, page, emptyBrands, totals);
}

/** The records of rows with these keys. */
interface FactPage {
  readonly keys: readonly string[];
  readonly records: readonly EncodedRecord[];
}

/** Gives the next rows at each call: those with the keys, or all, in the order of the keys. */
function pagesOf({ from }: Derivation, brand: string, keys: readonly string[] | 'all'): (tx: Transaction) => Promise<RowPage | undefined> {
  let [start, last] = [0, ''];
  return async (tx) => {
    if (keys === 'all') {
      const page = await pageAfter(tx, from, brand, last);
      last = page?.keys.at(-1) ?? last;
      return page;
    }
    const some = keys.slice(start, start + PAGE);
    start += some.length;
    return some.length === 0 ? undefined : { keys: some, rows: await rowsWith(tx, from, brand, 'source_id', some) };
  };
}

/** The rows that changed, and those that rows of other streams concern, or orders of billing. */
async function keysOf(tx: Transaction, { from, also, outside }: Derivation, range: ChangeRange): Promise<readonly string[] | 'all'> {
  const own = await changedKeys(tx, from, range);
  if (own === 'all') return 'all';
  const keys = new Set(own);
  for (const { stream, keysOf: concerned } of also) {
    const changed = await changedKeys(tx, stream, range);
    if (changed === undefined) continue;
    const more = changed === 'all' ? 'all' : await concerned(tx, range.brand, changed);
    if (more === 'all') return 'all';
    for (const key of more) keys.add(key);
  }
  const concerned = outside === undefined ? [] : await outside(tx, range);
  if (concerned === 'all') return 'all';
  for (const key of concerned) keys.add(key);
  return [...keys].sort();
}

async function apply(setting: Setting, { table, buyersOf }: Derivation, { keys, records }: FactPage, emptyBrands: ReadonlySet<string>, totals: Record<string, number>): Promise<void> {
  const { services, job, audit, brand } = setting;
  if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
  const changes = await fencedTransaction(services, leasesOf(setting), async (tx) => {
    const target = targetOf(services, job, tx, { audit, write: true, recompute: false, emptyBrands });
    const result = await applyEncoded(target, table, { brand, keys }, records);
    if (buyersOf !== undefined && result.inserted + result.updated + result.deleted > 0) await noteBuyers(target, await buyersOf(tx, brand, result.states()));
    failpoint('facts.page.written');
    return result;
  });
  addFacts(totals, changes);
}

function addFacts(totals: Record<string, number>, counts: Readonly<Omit<TableCounts, 'read'>>): void {
  for (const name of ['inserted', 'updated', 'unchanged', 'deleted'] as const) totals[`facts_${name}`] = (totals[`facts_${name}`] ?? 0) + counts[name];
}

function leasesOf({ job, brand }: Setting) {
  return job.leases.filter((lease) => lease.brand === brand);
}
