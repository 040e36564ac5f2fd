import { addDays, type LocalDate } from '../../core/time.ts';
import { roundHalfEven } from '../../core/fraction.ts';
import { codeOf } from '../records/code.ts';
import { majorOfMicros, minorOf } from '../records/rates.ts';
import { metricCampaigns, type CampaignRecord } from '../records/aggregate-tables.ts';

/** What a chain with a coupon or a campaign brought in on one day, in one currency, without tax. */
export interface CampaignFact {
  readonly chainId: string;
  readonly chainStart: LocalDate;
  readonly coupon: string | null;
  readonly campaign: string | null;
  readonly customerType: string;
  readonly personId: string;
  readonly currency: string;
  readonly date: LocalDate;
  readonly net: number;
  /** The discounts in it, 0 or less. */
  readonly discount: number;
}

/** What the advertisements of a campaign cost in a month, in micros of the currency of its account. */
export interface CampaignSpend {
  readonly campaignId: string;
  readonly campaignName: string | null;
  readonly currency: string;
  readonly micros: number;
}

/** After how many days of a chain its revenue is compared with that of others. */
export const WINDOWS = [30, 90, 365] as const;
/** Advertisements are for the first of these. */
const CUSTOMER_TYPES = ['new', 'existing'] as const;

interface Sums {
  readonly kind: 'coupon' | 'campaign';
  readonly code: string;
  readonly customerType: string;
  readonly currency: string;
  readonly chains: Set<string>;
  readonly persons: Set<string>;
  discount: number;
  net: number;
  /** Of the advertisements of the month; null: nobody has told of any. */
  spendMicros: number | null;
  /** By window: the chains that are that old, and what they brought in within it. */
  readonly windows: readonly { readonly days: number; readonly chains: Set<string>; net: number }[];
}

/**
 * What the chains that began in a month brought in, by coupon and by campaign (metrics, "Coupons and campaigns"). A fact is
 * of one chain, so nothing counts twice within a kind. A window of n days is over when addDays(start, n) ≤ asOf; only
 * chains for which it is are in it. Facts of the date of the run and later are left out: that day is not complete.
 *
 * What a campaign's advertisements cost in the month stands once, so that it can be added up: on the row of new customers
 * in the currency of the ad account, of existing ones if there are only those; a campaign without chains gets a row.
 */
export function campaignRecords(brand: string, month: string, asOf: LocalDate, facts: Iterable<CampaignFact>, spend: readonly CampaignSpend[] = []): CampaignRecord[] {
  const sums = new Map<string, Sums>();
  for (const fact of facts) {
    if (fact.date >= asOf) continue;
    if (fact.coupon !== null) add(sumsOf(sums, 'coupon', fact.coupon, fact), fact, asOf);
    if (fact.campaign !== null) add(sumsOf(sums, 'campaign', fact.campaign, fact), fact, asOf);
  }
  for (const campaign of spend) addSpend(sums, campaign);
  return [...sums.values()].map(({ kind, code, customerType, currency, chains, persons, discount, net, spendMicros, windows }) => {
    const [net30, net90, net365] = windows.map((window) => (window.chains.size === 0 ? null : window.net));
    const [chains30, chains90, chains365] = windows.map((window) => window.chains.size);
    return metricCampaigns.rowOf({
      ...{ brand, month, kind, code, customer_type: customerType, currency, chains: chains.size, customers: persons.size, discount },
      ...{ net_30: net30 ?? null, chains_30: chains30 ?? 0, net_90: net90 ?? null, chains_90: chains90 ?? 0, net_365: net365 ?? null, chains_365: chains365 ?? 0 },
      ...{ net_to_date: net, spend: spendMicros === null ? null : minorOfSum(spendMicros, currency) },
    });
  });
}

/** The campaign is that whose chains name its id, else its name; one that cost nothing and brought nothing has no row. */
function addSpend(sums: Map<string, Sums>, { campaignId, campaignName, currency, micros }: CampaignSpend): void {
  const codes = [campaignId, ...(campaignName === null ? [] : [campaignName])].map(codeOf);
  const rows = codes.flatMap((code) => CUSTOMER_TYPES.flatMap((customerType) => sums.get(keyOf('campaign', code, { customerType, currency })) ?? []));
  const own = rows[0] ?? (micros === 0 ? undefined : sumsOf(sums, 'campaign', codes.at(-1) ?? '', { customerType: CUSTOMER_TYPES[0], currency }));
  if (own !== undefined) own.spendMicros = (own.spendMicros ?? 0) + micros;
}

function minorOfSum(micros: number, currency: string): number | null {
  const amount = minorOf(majorOfMicros(micros), currency);
  return amount === undefined ? null : roundHalfEven(amount);
}

function keyOf(kind: Sums['kind'], code: string, { customerType, currency }: Pick<CampaignFact, 'customerType' | 'currency'>): string {
  return JSON.stringify([kind, code, customerType, currency]);
}

function sumsOf(sums: Map<string, Sums>, kind: Sums['kind'], code: string, { customerType, currency }: Pick<CampaignFact, 'customerType' | 'currency'>): Sums {
  const key = keyOf(kind, code, { customerType, currency });
  let found = sums.get(key);
  if (found === undefined) {
    const windows = WINDOWS.map((days) => ({ days, chains: new Set<string>(), net: 0 }));
    found = { kind, code, customerType, currency, chains: new Set(), persons: new Set(), discount: 0, net: 0, spendMicros: null, windows };
    sums.set(key, found);
  }
  return found;
}

function add(sums: Sums, { chainId, chainStart, personId, date, net, discount }: CampaignFact, asOf: LocalDate): void {
  sums.chains.add(chainId);
  sums.persons.add(personId);
  sums.discount += discount;
  sums.net += net;
  for (const window of sums.windows) {
    const end = addDays(chainStart, window.days);
    if (end > asOf) continue;
    window.chains.add(chainId);
    if (date < end) window.net += net;
  }
}
