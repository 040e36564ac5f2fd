import { groupBy } from '../core/group-by.ts';
import type { LocalDate } from '../core/time.ts';
import type { Columns, RecordIn, RecordTable } from '../engine/records/record-table.ts';
import type { RecordTarget } from '../engine/records/record-target.ts';
import { applyRecords } from '../engine/records/records.repository.ts';
import { decidePersons } from '../engine/stage/decide-persons.ts';
import { formerAccounts, type FormerAccount } from '../orders/records/owners.repository.ts';
import { rowsByKeys } from '../engine/records/stored-records.repository.ts';
import { shopOrders } from '../shops/records/tables.ts';
import { decidePerson, type PersonMetrics } from './decide-person.ts';
import { accountsOf, type MetricFacts, type MetricPerson } from './facts/metric-facts.repository.ts';
import { changedPartitions, formerOwners } from './partitions/changed-partitions.ts';
import { changedRecords, NOTHING, together, type Changed } from './partitions/changed-records.ts';
import { notePartitions, storedCohorts } from './partitions/partitions.repository.ts';
import type { MrrSetup } from './person-mrr.ts';
import { GROUP } from './records/group.ts';
import { mrrMovements, subscriptionMrr } from './records/mrr-tables.ts';
import { metricCustomers, revenueFacts } from './records/revenue-tables.ts';
import type { RevenueSetup } from './revenue/revenue-setup.ts';
import { Tally } from './tally.ts';

/** What decides beside the facts of persons. */
export interface MetricSetup extends MrrSetup, RevenueSetup {
  readonly brands: readonly string[];
  /** The last day of states. */
  readonly asOf: LocalDate;
}

/**
 * Decides and writes some persons in the caller's transaction, and notes the sums that are no longer what they should be.
 * Of those who cannot be decided what is stored stays.
 */
export async function writeChunk(target: RecordTarget, setup: MetricSetup, { people, notes }: MetricFacts): Promise<Tally> {
  const tally = new Tally();
  tally.persons = people.length;
  const decided = decidePersons(people, (person) => accountsOf([person]), (person) => decidePerson(person, notes, setup));
  tally.undecidable.push(...decided.undecidable);
  for (const { recurring } of decided.people) tally.testAccounts += recurring.accounts.filter(({ isTest }) => isTest).length;
  for (const { coverage } of decided.decisions) tally.addCoverage(coverage);
  await writeDecided(target, setup, decided.people, decided.decisions, tally);
  return tally;
}

async function writeDecided(target: RecordTarget, { brands, asOf }: MetricSetup, people: readonly MetricPerson[], metrics: readonly PersonMetrics[], tally: Tally): Promise<void> {
  const personIds = people.map(({ personId }) => personId).sort();
  const accounts = await accountScopes(target, people, personIds);
  const write = async <Content extends Columns>(
    table: RecordTable<Content>,
    scopes: ReadonlyMap<string, readonly string[]>,
    records: readonly (RecordIn<RecordTable<Content>> & { readonly brand: string })[],
  ): Promise<Changed> => {
    const byBrand = groupBy(records, (record) => record.brand);
    let changed = NOTHING;
    for (const [brand, keys] of scopes) {
      const changes = await applyRecords(target, table, { brand, keys }, byBrand.get(brand) ?? []);
      tally.add(brand, table.name, changes);
      changed = together(changed, changedRecords(table, changes.states()));
    }
    return changed;
  };
  const persons = new Map([...brands, GROUP].map((brand) => [brand, personIds]));
  const all = {
    segments: metrics.flatMap((own) => own.segments),
    movements: metrics.flatMap((own) => own.movements),
    facts: metrics.flatMap((own) => own.facts),
    customers: metrics.flatMap((own) => own.customers),
  };
  const changed = {
    segments: await write(subscriptionMrr, accounts, all.segments),
    movements: await write(mrrMovements, persons, all.movements),
    facts: await write(revenueFacts, accounts, all.facts),
    customers: await write(metricCustomers, persons, all.customers),
  };
  tally.partitions.addAll(changedPartitions(changed, all, asOf).list);
  tally.partitions.addAll(await storedCohorts(target, formerOwners(changed, new Set(personIds))));
  if (target.write) await notePartitions(target, tally.partitions.list);
}

/** An order of a shop that has another buyer by now is that one's to decide: both were noted. */
async function withoutShopOrders(target: RecordTarget, former: readonly FormerAccount[]): Promise<FormerAccount[]> {
  const left: FormerAccount[] = [];
  for (const [brand, own] of groupBy(former, (account) => account.brand)) {
    const rows = await rowsByKeys(target, shopOrders.name, 'source_id', { brand, keys: own.map(({ accountId }) => accountId) }, ['source_id']);
    const stored = new Set(rows.map(([key]) => String(key)));
    left.push(...own.filter(({ accountId }) => !stored.has(accountId)));
  }
  return left;
}

/** By brand the accounts that belong to the persons, or have metrics of them and are no more. */
async function accountScopes(target: RecordTarget, people: readonly MetricPerson[], personIds: readonly string[]): Promise<Map<string, string[]>> {
  const own = accountsOf(people);
  const current = new Set(own.map(({ brand, accountId }) => `${brand}\t${accountId}`));
  const former = await formerAccounts(target, personIds, current, [subscriptionMrr, revenueFacts]);
  const scopes = groupBy([...own, ...(await withoutShopOrders(target, former))], ({ brand }) => brand);
  return new Map([...scopes].map(([brand, accounts]) => [brand, accounts.map(({ accountId }) => accountId).sort()]));
}
