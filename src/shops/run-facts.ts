import { HubError } from '../core/errors.ts';
import { failpoint } from '../core/failpoint.ts';
import { problem, type Problem } from '../core/problem.ts';
import type { Transaction } from '../db/database.ts';
import { mayWriteFor } from '../engine/declare/stage-declaration.ts';
import { stageOf } from '../engine/declare/stages.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { targetOf } from '../engine/records/record-target.ts';
import { applyRecords } from '../engine/records/records.repository.ts';
import { fencedTransaction } from '../engine/runs/fenced.ts';
import type { Job } from '../engine/runs/job.ts';
import { completeUpTo, NO_DATE, readMarks, runsNow, writeMarks } from '../engine/stage/stage-marks.repository.ts';
import type { AfterImport, ImportServices } from '../raw/import/run-import.ts';
import { derivations, type Derivation } from './read/derive.ts';
import { changedKeys, keysAfter, PAGE, type ChangeRange } from './read/raw-rows.repository.ts';

/** How far the facts have come, by brand: the change number up to which every row of a platform is taken up. */
const STAGE = { stage: 'source-facts', shard: '1/1' };
const VERSION = '1';
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
export function deriveFacts(brands: readonly string[]): AfterImport {
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
  const range = await fencedTransaction(services, leasesOf(setting), async (tx): Promise<ChangeRange> => {
    const { mark = 0 } = (await readMarks(tx, STAGE)).get(brand) ?? {};
    return { brand, after: mark, upTo: await completeUpTo(tx, job.runId, now, mayWrite) };
  });
  if (range.upTo <= range.after) return;
  for (const derivation of derivations) await deriveKind(setting, derivation, range, totals);
  await fencedTransaction(services, leasesOf(setting), (tx) => writeMarks(tx, STAGE, [brand], { mark: range.upTo, asOf: NO_DATE, version: VERSION }, job.runId));
  failpoint('facts.marks.written');
}

async function deriveKind(setting: Setting, derivation: Derivation, range: ChangeRange, totals: Record<string, number>): Promise<void> {
  const { database } = setting.services;
  const keys = await database.snapshot((tx) => keysOf(tx, derivation, range));
  if (keys === 'all') {
    for (let page = await nextPage(setting, derivation, ''); page.length > 0; page = await nextPage(setting, derivation, page.at(-1) ?? '')) await apply(setting, derivation, page, totals);
  } else {
    for (let start = 0; start < keys.length; start += PAGE) await apply(setting, derivation, keys.slice(start, start + PAGE), totals);
  }
}

/** The rows that changed, and those that rows of other streams concern. */
async function keysOf(tx: Transaction, { from, also }: Derivation, range: ChangeRange): Promise<readonly string[] | 'all'> {
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
  return [...keys].sort();
}

function nextPage({ services, brand }: Setting, { from }: Derivation, after: string): Promise<string[]> {
  return services.database.snapshot((tx) => keysAfter(tx, from, brand, after));
}

async function apply(setting: Setting, { table, derive }: Derivation, keys: readonly string[], totals: Record<string, number>): Promise<void> {
  const { services, job, audit, brand } = setting;
  if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
  const changes = await fencedTransaction(services, leasesOf(setting), async (tx) => {
    const target = targetOf(services, job, tx, { audit, write: true, recompute: false });
    const result = await applyRecords(target, table, { brand, keys }, await derive(tx, brand, keys));
    failpoint('facts.page.written');
    return result;
  });
  for (const name of ['inserted', 'updated', 'unchanged', 'deleted'] as const) totals[`facts_${name}`] = (totals[`facts_${name}`] ?? 0) + changes[name];
}

function leasesOf({ job, brand }: Setting) {
  return job.leases.filter((lease) => lease.brand === brand);
}
