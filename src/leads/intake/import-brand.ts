import { HubError, isTransient } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { problem, problemOf, type Problem } from '../../core/problem.ts';
import { startTimer, type BatchId } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import type { AuditWriter } from '../../engine/records/audit.repository.ts';
import { targetOf, type RecordTarget } from '../../engine/records/record-target.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { addCounts, advanceMark, finishBatches, lockFeed, readMark, refuseBatch, zeroCounts, type ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { Job, JobServices } from '../../engine/runs/job.ts';
import type { Progress } from '../../engine/runs/progress.ts';
import { runsNow } from '../../engine/stage/stage-marks.repository.ts';
import { saveExceptions } from '../../raw/quarantine/quarantine.repository.ts';
import type { RejectLimit } from '../../raw/quarantine/reject-limit.ts';
import { linesOfPart, readDamage, type IntakeBatch, type IntakeSource } from '../source/intake-source.ts';
import { addPersonCounts, noPersonCounts, type PersonCounts, type PersonSetup } from './decide-persons.ts';
import { nextFallback, removeFallback } from './fallback.repository.ts';
import { foldRemoved } from './fold-removed.ts';
import { feedOf, requireFewRejects, type IntakeKind, type IntakeKindName, type ReadBatch } from './intake-kind.ts';
import { planBrand, type BrandPlan, type IntakeSelection } from './intake-plan.ts';

export interface IntakeServices extends JobServices {
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly source: IntakeSource;
}

/** What an import works with. */
export interface ImportSetting {
  readonly services: IntakeServices;
  readonly job: Job;
  readonly kinds: readonly IntakeKind[];
  readonly persons: PersonSetup;
  readonly audit: AuditWriter;
  readonly selection: IntakeSelection;
  readonly rejectLimit: RejectLimit;
  readonly dryRun: boolean;
}

/** What became of a brand's batches of a kind. */
export interface BrandOutcome {
  readonly brand: string;
  readonly entity: IntakeKindName;
  batches: number;
  refused: number;
  /** Ranges of journals that were no records. */
  damaged: number;
  /** Records that are stored and could not be done. */
  dead: number;
  readonly counts: ImportCounts;
  readonly fold: PersonCounts;
  readonly problems: Problem[];
}

interface KindPlan extends BrandPlan {
  readonly kind: IntakeKind;
  readonly outcome: BrandOutcome;
}

type Transact = <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>;

/** Imports the batches of a brand, what the server had to leave in the database, and folds the contacts of who has left since. */
export async function importBrand(setting: ImportSetting, brand: string): Promise<BrandOutcome[]> {
  const { services, dryRun, selection, kinds } = setting;
  const { database, source, signal } = services;
  const plans: KindPlan[] = [];
  for (const kind of kinds) plans.push({ ...(await planBrand(database, source, kind.entity, brand, selection, signal)), kind, outcome: emptyOutcome(brand, kind.entity) });
  // Before any transaction of its own: the counters are another's while one is open.
  const now = await runsNow(database, { dryRun });
  const all = async (transact: Transact): Promise<void> => {
    for (const { kind, batches, outcome } of plans) {
      for (const { batch, attempt } of batches) await importBatch(setting, kind, brand, batch, attempt, transact, outcome);
      if (selection.range === undefined) await importFallback(setting, kind, brand, transact, outcome);
      if (kind.entity === 'lead') addPersonCounts(outcome.fold, await transact((tx) => foldRemoved(targetIn(setting, tx), setting.persons, brand, selection.shard, now)));
    }
  };
  if (dryRun) await database.rehearse((tx) => all((work) => work(tx)), { signal });
  else {
    const leases = setting.job.leases.filter((lease) => lease.brand === brand);
    await all((work) => fencedTransaction(services, leases, work));
    for (const { kind, listed } of plans) {
      const feed = { ...feedOf(kind.entity), brand };
      // Also after a run that was killed before it moved the mark, when nothing is left to read.
      if (((await readMark(database, feed)) ?? '') < (listed.at(-1) ?? '')) await fencedTransaction(services, leases, (tx) => advanceMark(tx, feed, listed));
    }
  }
  return plans.map(({ outcome }) => outcome);
}

/** A batch that cannot be read is refused and tried again by the next run; the others go on. */
async function importBatch(setting: ImportSetting, kind: IntakeKind, brand: string, { batch, parts, damage, bytes }: IntakeBatch, attempt: number, transact: Transact, outcome: BrandOutcome): Promise<void> {
  const { services, job, rejectLimit } = setting;
  const { source, signal, clock } = services;
  if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
  const key = { ...feedOf(kind.entity), brand, batch };
  const elapsed = startTimer();
  const result = (counts: ImportCounts) => ({ ...counts, duration_ms: elapsed(), files: parts.length, bytes_scanned: bytes, fingerprint: null, drift: null });
  let erased: ReadonlySet<string> = new Set();
  try {
    const read = await kind.read(parts.map((part) => ({ name: part.name, lines: linesOfPart(source, part, signal) })), brand, batch);
    requireFewRejects(read, kind, rejectLimit);
    const notes = await Promise.all(damage.map(async (file) => ({ file, found: await readDamage(source, file, signal) })));
    erased = await storeBatch(setting, kind, brand, batch, read, transact, outcome, (tx, counts) => finishBatches(tx, [{ key, attempt, result: result(counts) }], job.runId, clock));
    for (const { file, found } of notes) {
      outcome.damaged += found.ranges;
      outcome.problems.push(damageProblem(kind, brand, batch, file.place, found));
    }
  } catch (error) {
    if (!(error instanceof HubError) || error.kind !== 'refused' || isTransient(error)) throw error;
    outcome.refused++;
    outcome.problems.push({ ...problemOf(error), brand, batch });
    await transact((tx) => refuseBatch(tx, key, job.runId, attempt, result(zeroCounts()), { code: error.code, message: error.message }, clock));
    failpoint('intake.refusal.recorded');
  }
  // The server had not learned of the erasure yet when it published: the part is to forget them too.
  if (!setting.dryRun && erased.size > 0) for (const part of parts) await source.erase?.(part, (hash) => erased.has(hash), signal);
}

/** Takes up what no segment took, some at a time; each is gone from there in the transaction that stores it. */
async function importFallback(setting: ImportSetting, kind: IntakeKind, brand: string, transact: Transact, outcome: BrandOutcome): Promise<void> {
  const { services, selection } = setting;
  for (;;) {
    if (services.signal.aborted) throw new HubError('interrupted', 'interrupted', 'The import was interrupted.');
    const found = await transact((tx) => nextFallback(tx, kind.entity, brand, selection.shard));
    if (found === undefined) return;
    const { batch, bodies, hashes } = found;
    const read = await kind.read([{ name: 'intake_fallback', lines: linesIn(bodies) }], brand, batch);
    await storeBatch(setting, kind, brand, batch, read, transact, outcome, (tx) => removeFallback(tx, hashes));
  }
}

/** Gives the hashes of erased persons whom the batch names. */
async function storeBatch(setting: ImportSetting, { entity, plural }: IntakeKind, brand: string, batch: BatchId, read: ReadBatch, transact: Transact, outcome: BrandOutcome, finish: (tx: Transaction, counts: ImportCounts) => Promise<void>): Promise<ReadonlySet<string>> {
  const { services, job } = setting;
  const { database, clock } = services;
  const feed = { ...feedOf(entity), brand };
  const { counts, fold, erased, problems, dead } = await transact(async (tx) => {
    await lockFeed(tx, feed, job.runId);
    const stored = await read.store(targetIn(setting, tx));
    await saveExceptions(database, tx, { ...feed, batch }, read.rejects, [], job.runId, clock);
    await finish(tx, stored.counts);
    failpoint('intake.batch.written');
    return stored;
  });
  failpoint('intake.batch.committed');
  outcome.batches++;
  addCounts(outcome.counts, counts);
  addPersonCounts(outcome.fold, fold);
  outcome.dead += dead;
  outcome.problems.push(...problems);
  if (read.rejects.length > 0) outcome.problems.push(problem('invalid_value', `${read.rejects.length} lines of ${brand} ${batch} are no ${plural} and went to quarantine`, { brand, stream: entity, batch, next: `hub quarantine list --entity ${entity}` }));
  return erased;
}

// eslint-disable-next-line @typescript-eslint/require-await -- lines come from files elsewhere
async function* linesIn(bodies: readonly string[]) {
  for (const text of bodies) yield { text };
}

function damageProblem({ entity, plural }: IntakeKind, brand: string, batch: BatchId, file: string, { ranges, bytes }: { readonly ranges: number; readonly bytes: number }): Problem {
  const message = `${ranges} ranges (${bytes} bytes) of the journal behind ${brand} ${batch} were no records: ${plural} that had an answer may be missing`;
  return problem('journal_damaged', message, { brand, stream: entity, batch, file, next: 'Look at the disk of that writer; the bytes are kept beside its journal as <number>.corrupt. What could be read is imported.' });
}

function emptyOutcome(brand: string, entity: IntakeKindName): BrandOutcome {
  return { brand, entity, batches: 0, refused: 0, damaged: 0, dead: 0, counts: zeroCounts(), fold: noPersonCounts(), problems: [] };
}

function targetIn({ services, job, audit }: ImportSetting, tx: Transaction): RecordTarget {
  return targetOf(services, job, tx, { audit, write: true, recompute: false });
}
