import { HubError } from '../core/errors.ts';
import { readAhead } from '../core/async/read-ahead.ts';
import type { LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { AttributionSettings } from '../orders/attribution/attribute.ts';
import { readPendingAccounts, type PendingAccounts } from '../enriched/pending.repository.ts';
import type { PersonFacts } from '../orders/facts/facts.ts';
import { ordersVersion } from '../orders/prepare.ts';
import { readDecisionSetup } from '../orders/decision-setup.repository.ts';
import { readPersons } from '../orders/facts/facts.repository.ts';
import { runJob, type JobReport, type JobServices } from '../engine/runs/job.ts';
import type { Progress } from '../engine/runs/progress.ts';
import type { MrrSetup } from '../metrics/person-mrr.ts';
import type { Listed } from './counts/bridge.ts';
import { checkAds } from './ads/check-ads.ts';
import { LedgerCheck } from './ledger/check-ledger.ts';
import { countAll } from './counts/count.ts';
import { compareContacts } from './counts/leads.repository.ts';
import { readDestinations } from './counts/crm.repository.ts';
import { InvariantTally } from './ledger/invariants.ts';
import { batchCounts, personsInOrder, readStored, type StoredLedger } from './ledger/ledger.repository.ts';
import { addRecord, explained, moneyMeasures, MoneyTally, type MoneyMeasure } from './ledger/money.ts';
import { countTestAccounts, customerTotals, deletedSince, moneyRecords } from './ledger/money.repository.ts';
import { checkMetrics } from './metrics/check-metrics.ts';
import { checkMrr } from './mrr/check-mrr.ts';
import { MrrTally } from './mrr/mrr.ts';
import { outcomeOf, type Findings, type ReconcileTotals } from './findings.ts';
import { readPending, type Pending } from './counts/pending.repository.ts';
import { checkStoredEnriched, checkStoredOrders, checkStrays } from './stored/check-stored.ts';
import { moneyReasons, reasons, type AnyReason, type Reason } from './counts/reasons.ts';
import { StoredTally } from './stored/stored.ts';

/** What reconcile was asked for. */
export interface ReconcileRequest {
  readonly brands: readonly string[];
  readonly allBrands: readonly string[];
  readonly asOf: LocalDate;
  readonly dryRun: boolean;
  /** Reasons whose elements are listed by id; of money and of MRR those that it alone has. */
  readonly list: ReadonlySet<AnyReason>;
}

export interface ReconcileServices extends JobServices, MrrSetup {
  readonly signal: AbortSignal;
  /** The key of ids that leave the hub. */
  readonly idKey: string;
  readonly spill: AttributionSettings['spill'];
  readonly activeDaysOf: (brand: string) => number;
  readonly progress: Progress;
}

/** The report of a reconciliation; its totals are those of outcomeOf. */
export interface ReconcileReport extends JobReport {
  readonly totals: ReconcileTotals;
}

/** A report, and by id what was asked for. */
export interface Reconciliation {
  readonly report: ReconcileReport;
  readonly listed: readonly Listed[];
}

/** Persons whose ledger is read and checked at once. */
const CHUNK_PERSONS = 250;
const MEASURES = Object.keys(moneyMeasures) as MoneyMeasure[];
/** What is listed in place of an id where a difference is of no single record. */
const NO_RECORD = '(no single record)';

/**
 * Holds billing, e-mail tool, hub and CRM side by side, explains each difference, and checks every invariant of the
 * ledger on the live data, as one recorded run. It reads one snapshot and writes nothing but the record of the run.
 */
export async function runReconcile(services: ReconcileServices, request: ReconcileRequest): Promise<Reconciliation> {
  const { brands, asOf, dryRun } = request;
  const spec = { command: 'reconcile', brands, shard: '1/1', dryRun, params: { brands, as_of: asOf, list: [...request.list] } };
  let listed: readonly Listed[] = [];
  const report = await runJob(services, spec, async (_, guarded) => {
    try {
      // Of several moments the sums would not fit together, and every writer beside it would look like a fault.
      const findings = await guarded.database.snapshot((tx) => find(guarded, request, tx), { signal: guarded.signal });
      listed = [...findings.counted.bridges.flatMap((bridge) => bridge.listed), ...findings.records];
      return outcomeOf(findings, request);
    } finally {
      services.progress.stop();
    }
  });
  return { report: report as ReconcileReport, listed };
}

async function find(services: ReconcileServices, request: ReconcileRequest, tx: Transaction): Promise<Findings & { readonly records: readonly Listed[] }> {
  const { database, activeDaysOf, idKey } = services;
  const { brands, allBrands, asOf, list } = request;
  const source = { database, knex: tx };
  const pending = await readPending(source, ordersVersion(services));
  const people = await personsInOrder({ database, tx }, brands);
  services.progress.start(people.length);
  const pendingAccounts = await readPendingAccounts({ database, tx }, allBrands);
  const destinations = await readDestinations(source);
  const setup = { asOf, brands, allBrands, activeDaysOf, idKey, destinations, pending, pendingAccounts, wanted: (reason: Reason) => list.has(reason) };
  const counted = await countAll(source, setup, (brand) => proceed(services, 0, `counting ${brand}`));
  const money = new MoneyTally((reason) => list.has(reason) && (reason === 'unexplained' || !(reason in reasons)));
  const invariants = new InvariantTally();
  const stored = new StoredTally(invariants, allBrands, list.has('unexplained'));
  await checkStoredEnriched({ proceed: (what) => proceed(services, 0, what) }, brands, { database, tx }, pendingAccounts, stored);
  for (const brand of brands) await addExport(services, money, tx, brand, pendingAccounts);
  const ofRecords = new Map(money.rows.map((row) => [`${row.brand}\t${row.currency}\t${row.measure}`, explained(row)]));
  const ledger = await checkLedger(services, request, tx, { people, pending, money, invariants, stored });
  const mrr = new MrrTally((reason) => list.has(reason) && (reason === 'unexplained' || !(reason in reasons || reason in moneyReasons)));
  const proceedMrr = (done: number): void => proceed(services, done, 'persons, their MRR');
  await checkMrr({ pricesIncludeTax: services.pricesIncludeTax, proceed: proceedMrr }, { brands, asOf, people }, { database, tx }, mrr);
  await explainDifferences(source, brands, money, ofRecords, ledger.counted, pendingAccounts);
  const batches = await batchCounts({ database, tx }, brands);
  invariants.compared('import_counts', batches.checked);
  for (const batch of batches.broken) invariants.fail('import_counts', { subject: 'batch', id: batch }, false);
  const contacts = await compareContacts(source, brands);
  invariants.compared('contact_leads', contacts.checked);
  for (const { brand, personId } of contacts.broken) invariants.fail('contact_leads', { subject: `contact of ${brand}`, id: personId }, false);
  const active = counted.bridges.find(({ spec }) => spec.name === 'billing_hub')?.counts ?? [];
  await checkMetrics({ database, tx }, { brands, whole: brands.length === allBrands.length, asOf, active }, invariants);
  await checkAds({ database, tx }, brands, invariants);
  return { counted, money: money.rows, mrr: mrr.rows, records: [...money.listed, ...mrr.listed, ...stored.listed], mend: stored.mend, invariants: invariants.states, testAccounts: await countTestAccounts(source, brands) };
}

/** The records of a brand as billing exported them, each held against its enriched record. */
async function addExport(services: ReconcileServices, money: MoneyTally, tx: Transaction, brand: string, pending: PendingAccounts): Promise<void> {
  for (const measure of MEASURES) {
    for await (const records of moneyRecords({ database: services.database, knex: tx }, brand, measure)) {
      proceed(services, 0, `${brand}, ${moneyMeasures[measure]}`);
      for (const record of records) addRecord(money, brand, measure, record, pending.has(brand, record.accountId ?? ''));
    }
  }
}

/** Everybody's ledger, some persons at a time. */
async function checkLedger(
  services: ReconcileServices,
  { brands, allBrands }: ReconcileRequest,
  tx: Transaction,
  { people, pending, money, invariants, stored }: { people: readonly string[]; pending: Pending; money: MoneyTally; invariants: InvariantTally; stored: StoredTally },
): Promise<LedgerCheck> {
  const { database, idKey, spill } = services;
  const decision = await readDecisionSetup(database, tx, { brands: allBrands, idKey, spill });
  const own = { brands: new Set(brands), whole: brands.length === allBrands.length, pending };
  const check = new LedgerCheck({ brands: own.brands, products: decision.products, spill, isPending: (personId) => pending.has(personId) }, money, invariants);
  let start = 0;
  const read = async (): Promise<readonly [readonly PersonFacts[], StoredLedger] | undefined> => {
    const some = people.slice(start, start + CHUNK_PERSONS);
    start += some.length;
    if (some.length === 0) return undefined;
    const facts = await readPersons(database, tx, some);
    return [facts, await readStored({ database, tx }, facts)];
  };
  let done = 0;
  // A server reads the next persons while these are decided.
  for await (const [facts, ledger] of readAhead(read, database.dialect.concurrentWriters)) {
    check.add(facts, ledger);
    await checkStoredOrders({ database, tx }, decision, facts, own, stored);
    proceed(services, (done += facts.length), 'persons');
  }
  await checkStrays({ database, tx }, own, stored);
  return check;
}

/** What the facts have and the export has not, and what the stored totals have beyond everything else. */
async function explainDifferences(
  source: { readonly database: Database; readonly knex: Transaction },
  brands: readonly string[],
  money: MoneyTally,
  ofRecords: ReadonlyMap<string, number>,
  counted: ReadonlyMap<string, number>,
  pending: PendingAccounts,
): Promise<void> {
  const keys = new Set([...ofRecords.keys(), ...counted.keys()]);
  const deleted = new Map<string, Awaited<ReturnType<typeof deletedSince>>>();
  for (const key of keys) {
    const [brand = '', currency = '', name] = key.split('\t');
    const measure = name as MoneyMeasure;
    const rest = (counted.get(key) ?? 0) - (ofRecords.get(key) ?? 0);
    if (rest === 0) continue;
    const place = `${brand}\t${measure}`;
    const gone = deleted.get(place) ?? (await deletedSince(source, brand, measure));
    deleted.set(place, gone);
    let left = rest;
    for (const { id, accountId, amount } of gone.filter((record) => record.currency === currency)) {
      money.record(id, { brand, currency, measure }, pending.has(brand, accountId) ? 'deleted_since_enrich' : 'unexplained', amount);
      left -= amount;
    }
    money.record(NO_RECORD, { brand, currency, measure }, 'unexplained', left);
  }
  for (const brand of brands) {
    const totals = await customerTotals(source, brand);
    for (const currency of new Set([...totals.keys(), ...money.rows.flatMap((row) => (row.brand === brand ? [row.currency] : []))])) {
      for (const measure of MEASURES) {
        const row = money.of(brand, currency, measure);
        row.hub = totals.get(currency)?.[measure] ?? 0;
        money.record(NO_RECORD, { brand, currency, measure }, 'unexplained', row.hub - explained(row));
      }
    }
  }
}

function proceed({ progress, signal }: ReconcileServices, done: number, what: string): void {
  if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'reconcile was interrupted.');
  progress.update(done, done, what);
}
