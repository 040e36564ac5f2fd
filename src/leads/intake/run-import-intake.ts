import { basename } from 'node:path';

import { HubError, isTransient } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { problem, problemOf, type Problem } from '../../core/problem.ts';
import { startTimer } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { addCounts, advanceMark, batchHistory, finishBatches, lockFeed, readMark, refuseBatch, zeroCounts, type ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import type { Progress } from '../../engine/runs/progress.ts';
import { NO_DATE, readMarks, runsNow, completeUpTo, writeMarks, type RunsNow } from '../../engine/stage/stage-marks.repository.ts';
import { saveExceptions } from '../../raw/quarantine/quarantine.repository.ts';
import { erasePart } from './erase-intake.client.ts';
import { foldContacts, type FoldCounts } from './fold-contacts.ts';
import { readLeads, storeLeads, type LeadImport } from './import-batch.ts';
import { findBatch, linesOfPart, listIntake, type IntakeBatch } from './intake-files.client.ts';
import { newlyRemoved } from './leads.repository.ts';

/** What is imported. */
export interface IntakeRequest {
  readonly brands: readonly string[];
  readonly dryRun: boolean;
  /** The folder of the intake. */
  readonly folder: string;
}

export interface IntakeServices extends JobServices {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** What an import works with. */
interface Setting {
  readonly services: IntakeServices;
  readonly job: Job;
  readonly leads: LeadImport;
  readonly audit: AuditWriter;
  readonly dryRun: boolean;
}

/** What became of a brand's batches. */
interface BrandOutcome {
  readonly brand: string;
  batches: number;
  refused: number;
  readonly counts: ImportCounts;
  readonly fold: FoldCounts;
  readonly problems: Problem[];
}

const FEED = { feed: 'intake', entity: 'lead' };
const STAGE = { stage: 'contacts', shard: '1/1' };
const VERSION = '1';

/**
 * Imports the leads of each brand from the intake as one recorded run: a transaction a batch, with contacts and outcomes; then
 * the contacts of who has unsubscribed since.
 */
export async function importIntake(services: IntakeServices, request: IntakeRequest, leads: LeadImport): Promise<JobReport> {
  const spec = { command: 'import-intake', brands: request.brands, shard: '1/1', dryRun: request.dryRun, params: { brands: request.brands, kind: 'lead', from: null, to: null } };
  return runJob(services, spec, async (job, guarded): Promise<JobOutcome> => {
    const setting: Setting = { services: guarded, job, leads, audit: new AuditWriter(job.runId, services.clock), dryRun: request.dryRun };
    const outcomes: BrandOutcome[] = [];
    try {
      for (const brand of request.brands) outcomes.push(await importBrand(setting, brand, request.folder));
    } finally {
      guarded.progress.stop();
    }
    return summarise(outcomes);
  });
}

async function importBrand(setting: Setting, brand: string, folder: string): Promise<BrandOutcome> {
  const { services, dryRun } = setting;
  const outcome: BrandOutcome = { brand, batches: 0, refused: 0, counts: zeroCounts(), fold: { contacts: 0, redecided: 0 }, problems: [] };
  const listed = await listIntake(folder, FEED.entity, brand);
  const history = await batchHistory(services.database, { ...FEED, brand }, listed[0]);
  const unread = listed.filter((batch) => history.get(batch)?.status !== 'finished');
  const fresh = (await Promise.all(unread.map((batch) => findBatch(folder, FEED.entity, brand, batch)))).filter((batch) => batch !== undefined);
  // Also after a run that was killed before it moved the mark, when nothing is left to read.
  const movesMark = ((await readMark(services.database, { ...FEED, brand })) ?? '') < (listed.at(-1) ?? '');
  // Before any transaction of its own: the counters are another's while one is open.
  const now = await runsNow(services.database, { dryRun });
  const all = async (transact: Transact): Promise<void> => {
    for (const batch of fresh) await importBatch(setting, brand, batch, (history.get(batch.batch)?.attempts ?? 0) + 1, transact, outcome);
    await foldRemoved(setting, brand, now, transact, outcome);
  };
  if (dryRun) await services.database.rehearse((tx) => all((work) => work(tx)), { signal: services.signal });
  else {
    const leases = setting.job.leases.filter((lease) => lease.brand === brand);
    await all((work) => fencedTransaction(services, leases, work));
    if (movesMark) await fencedTransaction(services, leases, (tx) => advanceMark(tx, { ...FEED, brand }, listed));
  }
  return outcome;
}

type Transact = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** A batch that cannot be read is refused and tried again by the next run; the others go on. */
async function importBatch(setting: Setting, brand: string, { batch, parts, bytes }: IntakeBatch, attempt: number, transact: Transact, outcome: BrandOutcome): Promise<void> {
  const { services, job, leads } = setting;
  if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
  const { database, clock } = services;
  const key = { ...FEED, brand, batch };
  const elapsed = startTimer();
  const result = (counts: ImportCounts) => ({ ...counts, duration_ms: elapsed(), files: parts.length, bytes_scanned: bytes, fingerprint: null, drift: null });
  let named: ReadonlySet<string> = new Set();
  try {
    const read = await readLeads(parts.map((part) => ({ name: basename(part), lines: linesOfPart(part, services.signal) })), brand, leads.forms);
    const { counts, fold, erased } = await transact(async (tx) => {
      await lockFeed(tx, { ...FEED, brand }, job.runId);
      const stored = await storeLeads(targetOf(setting, tx), leads, brand, batch, read);
      await saveExceptions(database, tx, key, read.rejects, [], job.runId, clock);
      await finishBatches(tx, [{ key, attempt, result: result(stored.counts) }], job.runId, clock);
      failpoint('intake.batch.written');
      return stored;
    });
    failpoint('intake.batch.committed');
    named = erased;
    outcome.batches++;
    addCounts(outcome.counts, counts);
    addFold(outcome.fold, fold);
    if (read.rejects.length > 0) outcome.problems.push(problem('invalid_value', `${read.rejects.length} lines of ${brand} ${batch} are no leads and went to quarantine`, { brand, stream: 'lead', batch, next: 'hub quarantine list --entity lead' }));
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused' || isTransient(error)) throw error;
    outcome.refused++;
    outcome.problems.push({ ...problemOf(error), brand, batch });
    await transact((tx) => refuseBatch(tx, key, job.runId, attempt, result(zeroCounts()), { code: error.code, message: error.message }, clock));
    failpoint('intake.refusal.recorded');
  }
  // The server had not learned of the erasure yet when it published: the part is to forget them too.
  if (!setting.dryRun && named.size > 0) for (const part of parts) await erasePart(part, { isErased: (hash) => named.has(hash), signal: services.signal, write: true });
}

/** Folds the contacts of persons with leads who unsubscribed since the last run: an unsubscription may come long after it was meant. */
async function foldRemoved(setting: Setting, brand: string, now: RunsNow, transact: Transact, outcome: BrandOutcome): Promise<void> {
  const { job, leads } = setting;
  const fold = await transact(async (tx) => {
    const { mark: after = 0 } = (await readMarks(tx, STAGE)).get(brand) ?? {};
    const upTo = await completeUpTo(tx, job.runId, now, (command) => command === 'import-email');
    if (upTo <= after) return { contacts: 0, redecided: 0 };
    const folded = await foldContacts(targetOf(setting, tx), brand, await newlyRemoved(tx, brand, after, upTo), [], leads.resubmitMs);
    await writeMarks(tx, STAGE, [brand], { mark: upTo, asOf: NO_DATE, version: VERSION }, job.runId);
    failpoint('intake.contacts.folded');
    return folded;
  });
  addFold(outcome.fold, fold);
}

function targetOf({ services, job, audit }: Setting, tx: Transaction): RecordTarget {
  const { database, clock }: { database: Database; clock: IntakeServices['clock'] } = services;
  return { database, tx, audit, runId: job.runId, changeNo: job.changeNo, now: clock.now(), write: true, recompute: false };
}

function addFold(sum: FoldCounts, more: FoldCounts): void {
  sum.contacts += more.contacts;
  sum.redecided += more.redecided;
}

function summarise(outcomes: readonly BrandOutcome[]): JobOutcome {
  const totals = { batches: 0, refused: 0, ...zeroCounts(), contacts: 0, redecided: 0 };
  for (const { batches, refused, counts, fold } of outcomes) {
    totals.batches += batches;
    totals.refused += refused;
    addCounts(totals, counts);
    addFold(totals, fold);
  }
  return {
    status: totals.refused > 0 ? 'refused' : 'succeeded',
    totals,
    items: outcomes.map(({ brand, batches, refused, counts, fold }) => ({ brand, entity: FEED.entity, batches, refused, ...counts, ...fold })),
    problems: outcomes.flatMap(({ problems }) => problems),
  };
}
