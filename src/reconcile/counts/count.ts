import type { LocalDate } from '../../core/time.ts';
import { publicIds } from '../../orders/ids/ids.ts';
import { Bridge, type BridgeSpec } from './bridge.ts';
import { compareWithCrm } from './crm.ts';
import { readDeliveredActive, readDeliveries, readOrders } from './crm.repository.ts';
import { compareEngagement, compareWithEmail, customersOf, type EmailSides } from './email.ts';
import { readSubscribers } from './email.repository.ts';
import type { PendingAccounts } from '../../enriched/pending.repository.ts';
import type { Pending } from './pending.repository.ts';
import type { Reason } from './reasons.ts';
import { compareWithBilling, countPersons, type VersionFact } from './subscriptions.ts';
import { readAccounts, readExported, readRejected, readVersions, type Source } from './subscriptions.repository.ts';

/** What is counted, and how. */
export interface CountSetup {
  readonly asOf: LocalDate;
  readonly brands: readonly string[];
  readonly allBrands: readonly string[];
  readonly activeDaysOf: (brand: string) => number;
  /** The key of ids that leave the hub: the documents name subscriptions by them. */
  readonly idKey: string;
  readonly destinations: readonly string[];
  readonly pending: Pending;
  /** Accounts whose rows wait for the enrichment. */
  readonly pendingAccounts: PendingAccounts;
  readonly wanted: (reason: Reason) => boolean;
}

/** The measures of "active subscribers", in the order in which they are shown. */
export const measures = {
  billing: { title: 'Billing: versions with status Active', unit: 'versions' },
  hub: { title: 'Hub: active subscriptions', unit: 'subscriptions' },
  persons: { title: 'Hub: persons with an active subscription', unit: 'persons' },
  email_active: { title: 'E-mail tool: active subscribers', unit: 'persons' },
  email_subscribed: { title: 'E-mail tool: not unsubscribed', unit: 'persons' },
  crm: { title: 'CRM: active in delivered documents', unit: 'subscriptions' },
} as const;

/** The name of a CRM where nobody gets documents. */
export const NO_CRM = 'none';

/** The bridges between neighbours; one to each CRM. */
function specsOf(destinations: readonly string[]): BridgeSpec[] {
  const crms = destinations.length === 0 ? [NO_CRM] : destinations;
  return [
    { name: 'billing_hub', from: 'billing', to: 'hub' },
    { name: 'hub_persons', from: 'hub', to: 'persons' },
    { name: 'persons_email', from: 'persons', to: 'email_active' },
    { name: 'subscribed_active', from: 'email_subscribed', to: 'email_active' },
    ...crms.map((crm) => ({ name: `hub_crm:${crm}`, from: 'hub', to: `crm:${crm}` })),
  ];
}

/** The bridges, and how many persons have an active subscription in any brand. */
export interface Counted {
  readonly bridges: readonly Bridge[];
  readonly distinctPersons: number;
  /** Subscriptions that would be active, and persons with them, that are test data. */
  readonly testSubscriptions: number;
}

/** Counts all brands, one after the other: what is held in memory is one brand. */
export async function countAll(source: Source, setup: CountSetup, onBrand: (brand: string) => void): Promise<Counted> {
  const bridges = specsOf(setup.destinations).map((spec) => new Bridge(spec, setup.wanted));
  const brandsOfPerson = await personsByBrand(source, setup.allBrands);
  const persons = new Set<string>();
  let testSubscriptions = 0;
  for (const brand of setup.brands) {
    onBrand(brand);
    const accounts = await readAccounts(source, brand);
    const exported = await readExported(source, brand);
    const versions = await readVersions(source, brand, setup.asOf, { accounts, exported });
    for (const { isLatest, lifecycle, account } of versions.values()) if (isLatest && account.isTest && lifecycle === 'active') testSubscriptions++;
    const of = (name: string): Bridge => bridges.find(({ spec }) => spec.name === name) as Bridge;
    compareWithBilling(of('billing_hub'), brand, exported, versions, accounts, (accountId) => setup.pendingAccounts.has(brand, accountId));
    for (const id of await readRejected(source, brand, (own) => exported.has(own))) of('billing_hub').leftOnly({ brand, market: null, id }, 'rejected_row');
    const active = countPersons(of('hub_persons'), brand, versions.values());
    for (const personId of active.keys()) persons.add(personId);
    const sides: EmailSides = {
      brand,
      persons: active,
      customers: customersOf(accounts.values(), versions.values()),
      subscribers: await readSubscribers(source, brand),
      isElsewhere: (personId) => brandsOfPerson.has(personId),
    };
    const rule = { asOf: setup.asOf, activeDays: setup.activeDaysOf(brand) };
    compareWithEmail(of('persons_email'), sides, rule);
    compareEngagement(of('subscribed_active'), sides, rule);
    await countCrms(source, setup, bridges, brand, versions);
  }
  return { bridges, distinctPersons: persons.size, testSubscriptions };
}

async function countCrms(source: Source, setup: CountSetup, bridges: readonly Bridge[], brand: string, versions: ReadonlyMap<string, VersionFact>): Promise<void> {
  const ids = publicIds(setup.idKey);
  const latest = [...versions.values()].filter(({ isLatest }) => isLatest);
  const subscriptions = new Map(latest.map((version) => [ids('sub', brand, version.chainId), version]));
  const orders = await readOrders(source, brand);
  for (const bridge of bridges) {
    const destination = /^hub_crm:(.+)$/.exec(bridge.spec.name)?.[1];
    if (destination === undefined) continue;
    const deliveries = setup.destinations.length === 0 ? new Map<string, never>() : await readDeliveries(source, brand, destination);
    const active = deliveries.size === 0 ? new Map<string, string>() : await readDeliveredActive(source, brand, deliveries);
    compareWithCrm(bridge, { brand, subscriptions, orders, deliveries, active, isPending: (personId) => setup.pending.has(personId) });
  }
}

/** All persons of the configured brands. */
async function personsByBrand({ database, knex }: Source, brands: readonly string[]): Promise<ReadonlySet<string>> {
  const marks = brands.map(() => '?').join(',');
  const rows = await database.dialect.selectRows(knex, `select distinct person_id from enriched_accounts where brand in (${marks})`, [...brands]);
  return new Set(rows.map(([personId]) => String(personId)));
}
