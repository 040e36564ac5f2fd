import { byKey } from '../core/compare.ts';
import { problem } from '../core/problem.ts';
import type { JobOutcome } from '../engine/runs/job.ts';
import { sumOf, type BridgeCounts } from './counts/bridge.ts';
import { measures, NO_CRM, type Counted } from './counts/count.ts';
import { invariants, type Invariant, type InvariantState } from './ledger/invariants.ts';
import { moneyMeasures, type MoneyRow } from './ledger/money.ts';
import type { MrrResult } from './mrr/mrr.ts';
import { moneyReasons, reasons, type Reason } from './counts/reasons.ts';
import { mendingLine, type MendingStep } from './stored/stored.ts';

/** Everything that a reconciliation found. */
export interface Findings {
  readonly counted: Counted;
  readonly money: readonly MoneyRow[];
  readonly mrr: readonly MrrResult[];
  readonly invariants: ReadonlyMap<Invariant, InvariantState>;
  readonly testAccounts: ReadonlyMap<string, number>;
  /** What mends the stored records that are wrong. */
  readonly mend: readonly MendingStep[];
}

/** A count of what is active, over all brands and by brand. */
export interface Measure {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly total: number;
  readonly brands: Readonly<Record<string, number>>;
}

/** What is active in one market of a brand, by measure; null: where no market is known. */
export interface MarketCounts {
  readonly brand: string;
  readonly market: string | null;
  readonly measures: Readonly<Record<string, number>>;
}

/** One reason of a bridge: how many it takes off (negative) or adds. */
export interface Step {
  readonly reason: Reason;
  readonly title: string;
  readonly change: number;
  readonly brands: Readonly<Record<string, number>>;
}

export interface BridgeResult {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly steps: readonly Step[];
}

/** Money of one measure: billing + Σ changes = hub. Minor units. */
export interface MoneyResult {
  readonly brand: string;
  readonly currency: string;
  readonly measure: string;
  readonly title: string;
  readonly records: number;
  readonly billing: number;
  readonly hub: number;
  readonly changes: readonly { readonly reason: string; readonly title: string; readonly amount: number; readonly records: number; readonly ids?: readonly string[] }[];
}

export interface InvariantResult extends InvariantState {
  readonly name: string;
  readonly title: string;
}

/** The totals of the report. */
export interface ReconcileTotals extends Record<string, unknown> {
  readonly as_of: string;
  readonly brands: readonly string[];
  readonly measures: readonly Measure[];
  readonly markets: readonly MarketCounts[];
  readonly bridges: readonly BridgeResult[];
  readonly money: readonly MoneyResult[];
  readonly mrr: readonly MrrResult[];
  readonly invariants: readonly InvariantResult[];
  readonly persons_over_all_brands: number;
  readonly left_out: { readonly test_accounts: Readonly<Record<string, number>>; readonly test_subscriptions: number };
  readonly unexplained: number;
  /** Refunds, payments and credit memos with a minus, which are not counted. */
  readonly negative_amounts: number;
  readonly broken: number;
  /** What mends stored records that were changed by hand, in this order. */
  readonly mend: readonly (MendingStep & { readonly line: string })[];
}

/** The outcome of a reconciliation: refused if a difference is unexplained, an amount is negative or an invariant is broken. */
export function outcomeOf({ counted, money, mrr, invariants: states, testAccounts, mend }: Findings, request: { readonly brands: readonly string[]; readonly asOf: string }): JobOutcome & { totals: ReconcileTotals } {
  const bridges = counted.bridges.map((bridge) => bridgeResult(bridge.spec, bridge.counts));
  const moneyResults = money.filter((row) => row.billing.records > 0 || row.hub !== 0 || row.changes.size > 0).map(moneyResult);
  const invariantResults = [...states].map(([name, state]) => ({ name, title: invariants[name], ...state }));
  const unexplained =
    bridges.reduce((sum, { steps }) => sum + steps.reduce((own, { reason, change }) => own + (reason === 'unexplained' ? Math.abs(change) : 0), 0), 0) +
    [...moneyResults, ...mrr].filter(({ changes }) => changes.some(({ reason }) => reason === 'unexplained')).length;
  const negative = moneyResults.flatMap(({ title, brand, changes }) => changes.flatMap(({ reason, records, ids }) => (reason === 'negative_amount' ? [{ title, brand, records, ids: ids ?? [] }] : [])));
  const broken = invariantResults.reduce((sum, state) => sum + state.broken, 0);
  return {
    status: unexplained + negative.length + broken > 0 ? 'refused' : 'succeeded',
    totals: {
      as_of: request.asOf,
      brands: request.brands,
      measures: measuresOf(counted),
      markets: marketsOf(counted),
      bridges,
      money: moneyResults,
      mrr,
      invariants: invariantResults,
      persons_over_all_brands: counted.distinctPersons,
      left_out: { test_accounts: Object.fromEntries(testAccounts), test_subscriptions: counted.testSubscriptions },
      unexplained,
      negative_amounts: negative.reduce((sum, { records }) => sum + records, 0),
      broken,
      mend: mend.map((step) => ({ ...step, line: mendingLine(step) })),
    },
    items: itemsOf(counted),
    problems: [
      ...invariantResults.flatMap(({ title, broken: count, samples }) =>
        count > 0 ? [problem('broken_invariant', `broken: ${title}: ${count}, such as ${samples.slice(0, 3).join(', ')}`, { next: 'hub reconcile --list unexplained' })] : [],
      ),
      ...negative.map(({ title, brand, records, ids }) =>
        problem('negative_amount', `negative amounts: ${records} of the ${title} of ${brand}, not counted: ${ids.slice(0, 3).join(', ')}${records > 3 ? ', … (--list negative_amount)' : ''}`, {
          brand,
          next: 'hub reconcile --list negative_amount',
        }),
      ),
      ...(unexplained > 0 ? [problem('unexplained', 'a difference is unexplained: see it with --list unexplained', { next: 'hub reconcile --list unexplained' })] : []),
      ...mend.map((step, index) =>
        problem('stored_differently', `to mend what is stored otherwise than it derives, ${index + 1} of ${mend.length}: ${mendingLine(step)}`, { next: mendingLine(step) }),
      ),
    ],
  };
}

function measuresOf({ bridges }: Counted): Measure[] {
  const found = new Map<string, Measure>();
  for (const { spec, counts } of bridges) {
    for (const side of ['from', 'to'] as const) {
      const name = spec[side];
      const { title, unit } = measures[name.split(':')[0] as keyof typeof measures];
      const crm = name.split(':')[1];
      const own = crm === undefined ? title : crm === NO_CRM ? 'CRM: none is connected' : title.replace('CRM', `CRM ${crm}`);
      found.set(name, { name, title: own, unit, ...sidesOf(counts, (each) => each[side]) });
    }
  }
  return ORDER.flatMap((prefix) => [...found.values()].filter(({ name }) => name.split(':')[0] === prefix));
}

function marketsOf({ bridges }: Counted): MarketCounts[] {
  const found = new Map<string, { brand: string; market: string | null; measures: Record<string, number> }>();
  for (const { spec, counts } of bridges) {
    for (const each of counts) {
      const key = `${each.brand}\t${each.market ?? '~'}`;
      const known = found.get(key) ?? { brand: each.brand, market: each.market, measures: {} };
      for (const side of ['from', 'to'] as const) known.measures[spec[side]] = each[side];
      found.set(key, known);
    }
  }
  return [...found].sort(byKey).map(([, counts]) => counts);
}

const ORDER = Object.keys(measures);

function sidesOf(counts: readonly BridgeCounts[], count: (each: BridgeCounts) => number): Pick<Measure, 'total' | 'brands'> {
  const brands: Record<string, number> = {};
  for (const each of counts) brands[each.brand] = (brands[each.brand] ?? 0) + count(each);
  return { total: Object.values(brands).reduce((sum, own) => sum + own, 0), brands };
}

function bridgeResult(spec: { readonly name: string; readonly from: string; readonly to: string }, counts: readonly BridgeCounts[]): BridgeResult {
  const sum = sumOf(counts);
  const steps = (['removed', 'added'] as const).flatMap((side) =>
    [...sum[side]]
      .sort(([a, many], [b, few]) => Number(a === 'unexplained') - Number(b === 'unexplained') || few - many)
      .map(([reason]): Step => {
        const sign = side === 'removed' ? -1 : 1;
        const { total, brands } = sidesOf(counts, (each) => sign * (each[side].get(reason) ?? 0));
        return { reason, title: reasons[reason], change: total, brands };
      }),
  );
  return { name: spec.name, from: spec.from, to: spec.to, steps };
}

function moneyResult({ brand, currency, measure, billing, hub, changes }: MoneyRow): MoneyResult {
  return {
    brand,
    currency,
    measure,
    title: moneyMeasures[measure],
    records: billing.records,
    billing: billing.amount,
    hub,
    changes: [...changes].filter(([, { amount }]) => amount !== 0).map(([reason, sum]) => ({ reason, title: moneyReasons[reason], ...sum })),
  };
}

/** A row for each brand and market with what every side counts, and a row for each reason there. */
function itemsOf({ bridges }: Counted): Record<string, unknown>[] {
  return bridges.flatMap(({ spec, counts }) =>
    counts.map(({ brand, market, from, to, removed, added }) => ({
      bridge: spec.name,
      brand,
      market,
      [spec.from]: from,
      [spec.to]: to,
      removed: Object.fromEntries(removed),
      added: Object.fromEntries(added),
    })),
  );
}
