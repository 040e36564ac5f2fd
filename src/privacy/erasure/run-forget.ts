import { byKey } from '../../core/compare.ts';
import { HubError } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { sha256Hex } from '../../core/hash.ts';
import { problem } from '../../core/problem.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import type { RestoringConfig } from '../../enriched/subscribers/restoring.ts';
import { foldSubscribers } from '../../enriched/subscribers/run-fold.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { eraseLeads } from '../../leads/intake/erase.repository.ts';
import { noteSpellings, type Spelling } from '../../raw/events/spellings.repository.ts';
import { billingEntities, emailEvents } from '../../sources/index.ts';
import { hashedWords, withoutWords } from '../../raw/erasure/erased-text.ts';
import { eraseStoredRows, readErasures, rememberRecords } from '../../raw/erasure/erasures.repository.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { fencedTransaction } from '../../engine/runs/fenced.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../../engine/runs/job.ts';
import { runsNow } from '../../engine/stage/stage-marks.repository.ts';
import { findRecords, spellingsStored, type BrandRecords, type Source } from './find.repository.ts';
import { eraseEnriched, eraseMembers, eraseMetrics, eraseOrders, eraseRelays, eraseRows, eraseSubscribers, type ErasedPerson } from './later.repository.ts';
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
  readonly dryRun: boolean;
}

export interface ForgetServices extends JobServices {
  readonly signal: AbortSignal;
  /** Whose purchases bring subscribers back who had left. */
  readonly config?: RestoringConfig;
}

const RECEIPT_LENGTH = 24;

/**
 * Erases a person everywhere, in one transaction: raw rows, events, quarantine, enriched records, documents, relays,
 * audit deltas. What is left is a receipt and hashes that keep imports from bringing the person back. Money stays, on
 * accounts that belong to nobody who is known. Repeating it erases what has come since, and gives the same receipt.
 * @throws HubError locked while another run writes
 */
export async function runForget(services: ForgetServices, request: ForgetRequest): Promise<JobReport> {
  const { database, clock } = services;
  const receiptId = `erasure_${sha256Hex(`receipt ${request.emailSha256}`).slice(0, RECEIPT_LENGTH)}`;
  const spec = { command: 'forget', brands: request.brands, shard: '1/1', dryRun: request.dryRun, params: { receipt: receiptId } };
  return runJob(services, spec, async (job, guarded) => {
    await refuseBesideOthers(guarded, job, request.dryRun);
    // What an import that was killed has left to be taken up would bring the person back into the subscribers.
    if (!request.dryRun) await foldSubscribers(guarded, job, new AuditWriter(job.runId, clock), request.brands);
    const erase = async (tx: Transaction): Promise<JobOutcome> => {
      const outcome = await eraseAll({ database, tx }, request, job, receiptId, clock.now());
      failpoint('forget.written');
      return outcome;
    };
    const outcome = await (request.dryRun ? database.rehearse(erase) : fencedTransaction(guarded, job.leases, erase));
    if (!request.dryRun) await database.dialect.wipeFreeSpace(database.knex);
    return outcome;
  });
}

/** A run that has read the person before could write it again after. */
async function refuseBesideOthers({ database }: ForgetServices, job: Job, dryRun: boolean): Promise<void> {
  const { live } = await runsNow(database, { dryRun });
  const other = [...live].find((runId) => runId !== job.runId);
  if (other === undefined) return;
  throw new HubError('locked', 'others_running', 'Another run is writing; it may hold what is to be erased.', {
    context: { run_id: other },
    nextStep: `Wait until it ends (hub runs show ${other}), then try again.`,
  });
}

async function eraseAll(source: Source, request: ForgetRequest, job: Job, receiptId: string, now: Instant): Promise<JobOutcome> {
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
  await sweepTexts(source, (hash) => all.has(hash), counts);
  const total = await writeReceipt(source, emailSha256, counts);
  const records = sum(counts);
  return {
    status: 'succeeded',
    totals: { receipt: receiptId, erased_at: toIso(total.erasedAt), records, removals_pending: removalsPending },
    items: [...counts].sort(byKey).map(([table, rows]) => ({ table, records: rows })),
    problems: [
      ...(records === 0 && removalsPending === 0
        ? [problem('nobody_found', 'Nobody with this address was found: nothing was erased. It is remembered, so that no import brings it in.')]
        : []),
      ...(removalsPending > 0
        ? [problem('removals_pending', `${removalsPending} audience memberships: the removal goes out with the next hub build-audiences; run hub forget again after it`, { next: 'hub build-audiences, then hub forget again' })]
        : []),
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
    for (const [table, count] of await eraseStoredRows({ ...source, changeNo: job.changeNo }, brand, erasures, own, [...billingEntities, ...emailEvents])) {
      counts.set(table, (counts.get(table) ?? 0) + count);
    }
    await eraseExceptions(source, brand, erasures, now, job.runId, counts);
    await eraseEnriched(source, records, person, counts);
  }
  await eraseOrders(source, found, person, counts);
  await eraseRows(source, person, counts);
  await eraseMetrics(source, person, counts);
  await eraseSubscribers(source, found, person, counts);
  for (const [table, count] of await eraseLeads(tx, personIdOf(emailSha256))) if (count > 0) counts.set(table, (counts.get(table) ?? 0) + count);
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

/** Adds what this run erased to the receipt. */
async function writeReceipt({ tx }: Source, emailSha256: string, counts: ReadonlyMap<string, number>): Promise<{ erasedAt: Instant }> {
  const row = await tx<{ email_sha256: string; counts: string; erased_at: Instant }>('erasures').where({ email_sha256: emailSha256 }).first('counts', 'erased_at');
  const all = JSON.parse(row?.counts ?? '{}') as Record<string, number>;
  for (const [table, count] of counts) all[table] = (all[table] ?? 0) + count;
  await tx('erasures').where({ email_sha256: emailSha256 }).update({ counts: JSON.stringify(all) });
  return { erasedAt: row?.erased_at as Instant };
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
