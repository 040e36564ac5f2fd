import { byKey } from '../../core/compare.ts';
import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { sha256Hex } from '../../core/hash.ts';
import { problem } from '../../core/problem.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import type { SourceLake } from '../../lake/sources/source-lake.ts';
import type { RestoringConfig } from '../../enriched/subscribers/restoring.ts';
import { foldSubscribers } from '../../enriched/subscribers/run-fold.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { eraseLeads, leadsOf } from '../../leads/intake/erase.repository.ts';
import { eraseShopsOf } from '../../shops/erase-person.repository.ts';
import { noteSpellings, type Spelling } from '../../raw/events/spellings.repository.ts';
import { billingEntities, emailEvents } from '../../sources/index.ts';
import { personalStreams } from '../../sources/streams/index.ts';
import { hashedWords, withoutWords } from '../../raw/erasure/erased-text.ts';
import { eraseStoredRows, readErasures, rememberRecords } from '../../raw/erasure/erasures.repository.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { holdNewRuns } from '../../engine/runs/job-runs.repository.ts';
import { declareGone } from '../../engine/runs/locks.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { runsNow } from '../../engine/stage/stage-marks.repository.ts';
import { findRecords, spellingsStored, type BrandRecords, type Source } from './find.repository.ts';
import { eraseEnriched, eraseMembers, eraseMetrics, eraseOrders, eraseRelays, eraseRows, eraseSubscribers, type ErasedPerson } from './later.repository.ts';
import { eraseFromIntake, eraseNamed, type ErasedHashes, type ErasedIntake, type IntakePlace } from './intake.ts';
import { addAll, addToReceipt } from './receipt.repository.ts';
import { eraseFromLake, type LakeErasure } from './source-lake.ts';
import { sweepTexts } from './sweep.repository.ts';
import { auditIds, eraseAudit, eraseExceptions } from './traces.repository.ts';

/** Whom to erase. */
export interface ForgetRequest {
  /** SHA-256 of the address, trimmed and in lower case. */
  readonly emailSha256: string;
  /** The same of its other forms (core/text/email.ts, domainForms), if the address was given and has any. */
  readonly otherForms?: readonly string[];
  /** The address with its mailbox, if it was given and the mailbox has several spellings. */
  readonly spelling?: Spelling | undefined;
  readonly brands: readonly string[];
  /** Where servers publish to, and how long they journal; undefined where nothing serves. */
  readonly intake?: IntakePlace | undefined;
  readonly dryRun: boolean;
}

export interface ForgetServices extends JobServices {
  readonly signal: AbortSignal;
  /** Whose purchases bring subscribers back who had left. */
  readonly config?: RestoringConfig;
  /** The lake of what platforms answered; without it only the database forgets. */
  readonly sourceLake?: SourceLake;
}

/** What an erasure in the database came to. */
interface Erased extends ErasedHashes {
  readonly counts: ReadonlyMap<string, number>;
  readonly removalsPending: number;
  readonly erasedAt: Instant;
}

const RECEIPT_LENGTH = 24;

/**
 * Erases a person everywhere, in one transaction: raw rows, events, quarantine, enriched records, documents, relays, leads,
 * audit deltas. What is left is a receipt and hashes that keep imports from bringing the person back. Money stays, on
 * accounts that belong to nobody who is known. Repeating it erases what has come since, and gives the same receipt.
 * @throws HubError locked while another run writes
 */
export async function runForget(services: ForgetServices, request: ForgetRequest): Promise<JobReport> {
  const { database, clock } = services;
  const receiptId = `erasure_${sha256Hex(`receipt ${request.emailSha256}`).slice(0, RECEIPT_LENGTH)}`;
  const spec = { command: 'forget', brands: request.brands, shard: '1/1', dryRun: request.dryRun, params: { receipt: receiptId } };
  return runJob(services, spec, async (job, guarded) => {
    refuseBesideOthers((await runsNow(database, { dryRun: request.dryRun })).live, job);
    // What an import that was killed has left to be taken up would bring the person back into the subscribers.
    if (!request.dryRun) await foldSubscribers(guarded, job, new AuditWriter(job.runId, clock), request.brands);
    const erase = async (tx: Transaction): Promise<Erased> => {
      // One that began since the first look may have read the person already; one that begins now waits for the end of this.
      await holdNewRuns(tx);
      refuseBesideOthers(await declareGone(database, tx), job);
      const erased = await eraseAll({ database, tx }, request, job, receiptId, clock.now());
      failpoint('forget.written');
      return erased;
    };
    const erased = await (request.dryRun ? database.rehearse(erase) : fencedTransaction(guarded, job.leases, erase));
    const intake = await eraseFromIntake(guarded, request, erased, job);
    if (!request.dryRun) await database.dialect.wipeFreeSpace(database.knex);
    const outcome = outcomeOf(receiptId, erased, intake);
    return services.sourceLake === undefined ? outcome : withLake(guarded, job, request, outcome, await eraseSources(guarded, request, erased));
  });
}

/** After the database has forgotten: no import brings back what still lies in the lake, as the hash is remembered. */
async function eraseSources({ sourceLake, signal }: ForgetServices, { dryRun }: ForgetRequest, { hashes }: ErasedHashes): Promise<LakeErasure> {
  if (sourceLake === undefined) return { batches: 0, toDo: 0, records: 0 };
  const all = new Set(hashes);
  return eraseFromLake(sourceLake, (hash) => all.has(hash), !dryRun, signal);
}

/** Adds to the report, and to the receipt, what became of the lake. */
async function withLake(services: ForgetServices, job: Job, { emailSha256, dryRun }: ForgetRequest, outcome: JobOutcome, { batches, toDo, records }: LakeErasure): Promise<JobOutcome> {
  if (!dryRun && batches > 0) await fencedTransaction(services, job.leases, (tx) => addToReceipt(tx, emailSha256, new Map([['source_lake', records], ['source_lake_batches', batches]])));
  const left = toDo === 0 ? [] : [problem('lake_left', `${toDo} batches of the source lake could not be searched: what they hold of the person is still there`, { next: 'See that the lake can be read and written, then run hub forget again.' })];
  const problems = records === 0 ? outcome.problems : outcome.problems.filter(({ code }) => code !== 'nobody_found');
  return {
    ...outcome,
    totals: { ...outcome.totals, records: Number(outcome.totals['records']) + records, lake_batches: batches, lake_batches_to_do: toDo },
    items: records === 0 ? outcome.items : [...outcome.items, { table: 'source_lake', records }],
    problems: [...problems, ...left],
  };
}

/** A run that has read the person before could write it again after. @throws HubError locked if there is another one */
function refuseBesideOthers(live: ReadonlySet<string>, job: Job): void {
  const other = [...live].find((runId) => runId !== job.runId);
  if (other === undefined) return;
  throw new HubError('locked', 'others_running', 'Another run is writing; it may hold what is to be erased.', {
    context: { run_id: other },
    nextStep: `Wait until it ends (hub runs show ${other}), then try again.`,
  });
}

async function eraseAll(source: Source, request: ForgetRequest, job: Job, receiptId: string, now: Instant): Promise<Erased> {
  const { emailSha256, otherForms = [], brands, spelling } = request;
  const { hashes: stored, mailboxes } = await spellingsStored(source, brands, emailSha256);
  const hashes = [...new Set([...otherForms, ...stored])];
  await noteSpellings(source, [...mailboxes, ...(spelling === undefined ? [] : [spelling])]);
  const counts = new Map<string, number>();
  let removalsPending = 0;
  for (const hash of [emailSha256, ...hashes]) {
    const erased = await erasePerson(source, { emailSha256: hash, brands }, job, receiptId, now, counts);
    removalsPending += erased.removalsPending;
  }
  const all = new Set([emailSha256, ...hashes]);
  await eraseNamed(source, (hash) => all.has(hash), counts);
  await sweepTexts(source, (hash) => all.has(hash), counts);
  const { erasedAt } = await addToReceipt(source.tx, emailSha256, counts);
  return { hashes: [...all], counts, removalsPending, erasedAt };
}

function outcomeOf(receiptId: string, { counts: inDatabase, removalsPending, erasedAt }: Erased, intake: ErasedIntake): JobOutcome {
  const counts = new Map([...inDatabase, ...(intake.records > 0 ? [['intake', intake.records] as const] : [])]);
  const records = sum(counts);
  return {
    status: 'succeeded',
    totals: { receipt: receiptId, erased_at: toIso(erasedAt), records, removals_pending: removalsPending, journals_by: toIso(intake.journalsBy) },
    items: [...counts].sort(byKey).map(([table, rows]) => ({ table, records: rows })),
    problems: [
      ...(records === 0 && removalsPending === 0
        ? [problem('nobody_found', 'Nobody with this address was found: nothing was erased. It is remembered, so that no import brings it in.')]
        : []),
      ...(removalsPending > 0
        ? [problem('removals_pending', `${removalsPending} audience memberships: the removal goes out with the next hub build-audiences; run hub forget again after it`, { next: 'hub build-audiences, then hub forget again' })]
        : []),
      ...intake.problems,
    ],
  };
}

/** Erases who is stored under one hash of the address. */
async function erasePerson(
  source: Source,
  { emailSha256, brands }: Pick<ForgetRequest, 'emailSha256' | 'brands'>,
  job: Job,
  receiptId: string,
  now: Instant,
  counts: Map<string, number>,
): Promise<{ removalsPending: number }> {
  const { database, tx } = source;
  const found: BrandRecords[] = [];
  for (const brand of brands) found.push(await findRecords(source, brand, emailSha256));
  const words = await rememberPerson(source, emailSha256, found, { receiptId, runId: job.runId, now });
  const person: ErasedPerson = { emailSha256, changeNo: job.changeNo, now, clean: (text) => withoutWords(text, emailSha256, words) };
  const ids: string[] = [];
  for (const records of found) {
    await rememberRecords(source, records.brand, new Map(records.records.map((key) => [key, emailSha256])), records);
    ids.push(...(await auditIds(source, records)));
  }
  for (const records of found) {
    const { brand } = records;
    const erasures = await readErasures(database, tx, brand);
    const own = records.records.map((key) => key.split('\t')[1] ?? '');
    for (const [table, count] of await eraseStoredRows({ ...source, changeNo: job.changeNo }, brand, erasures, own, [...billingEntities, ...emailEvents, ...personalStreams])) {
      counts.set(table, (counts.get(table) ?? 0) + count);
    }
    await eraseExceptions(source, brand, erasures, now, job.runId, counts);
    await eraseEnriched(source, records, person, counts);
  }
  await eraseOrders(source, found, person, counts);
  await eraseRows(source, person, counts);
  await eraseMetrics(source, person, counts);
  await eraseSubscribers(source, found, person, counts);
  addAll(counts, await eraseShopsOf({ ...source, changeNo: job.changeNo }, personIdOf(emailSha256)));
  ids.push(...(await leadsOf(tx, personIdOf(emailSha256))).map(({ lead_id: id }) => id));
  addAll(counts, await eraseLeads(tx, personIdOf(emailSha256)));
  await eraseRelays(source, person, counts);
  const members = await eraseMembers(source, person, counts);
  await eraseAudit(source, ids, person, receiptId, counts);
  return members;
}

/** Notes the erasure, with the words known so far; those of an earlier erasure stay. */
async function rememberPerson(
  { tx }: Source,
  emailSha256: string,
  found: readonly BrandRecords[],
  { receiptId, runId, now }: { receiptId: string; runId: string; now: Instant },
): Promise<ReadonlySet<string>> {
  const known = await tx<{ email_sha256: string; words: string }>('erasures').where({ email_sha256: emailSha256 }).first('words');
  const earlier = known === undefined ? [] : (JSON.parse(known.words) as string[]);
  const words = [...new Set([...earlier, ...hashedWords(emailSha256, found.flatMap(({ names }) => names))])].sort();
  await tx('erasures')
    .insert({ email_sha256: emailSha256, receipt_id: receiptId, erased_at: now, run_id: runId, words: JSON.stringify(words), counts: '{}' })
    .onConflict('email_sha256')
    .merge({ words: JSON.stringify(words) });
  return new Set(words);
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
