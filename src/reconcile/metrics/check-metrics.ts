import { formatMinor } from '../../core/money.ts';
import type { LocalDate } from '../../core/time.ts';
import { GROUP } from '../../metrics/records/group.ts';
import type { BridgeCounts } from '../counts/bridge.ts';
import type { Invariant, InvariantTally } from '../ledger/invariants.ts';
import { readActiveDay, readMetricsState, readMrrChanges, readMrrDays, readRevenueSums, type MetricSource, type RevenueSums } from './metrics.repository.ts';
import { mrrFaults } from './mrr-days.ts';

/** Which metrics are checked. */
export interface CheckedMetrics {
  readonly brands: readonly string[];
  /** All brands: the sums over them are checked too. */
  readonly whole: boolean;
  readonly asOf: LocalDate;
  /** Hub's own count of active subscriptions, by brand and market. */
  readonly active: readonly Pick<BridgeCounts, 'brand' | 'market' | 'to'>[];
}

/**
 * Checks what must hold of the metrics (metrics, "Invariants"): recurring revenue against its movements and segments on
 * each day, revenue against the customer accounts and the sales of shops, active subscriptions of the date against hub's count. What
 * build-metrics has not taken up yet is pending; without any metrics nothing is checked.
 */
export async function checkMetrics(source: MetricSource, { brands, whole, asOf, active }: CheckedMetrics, tally: InvariantTally): Promise<void> {
  const state = await readMetricsState(source);
  if (state === undefined) return;
  const { isPending } = state;
  const upTo = state.asOf < asOf ? state.asOf : asOf;
  for (const brand of [...brands, ...(whole ? [GROUP] : [])]) {
    const { checked, faults } = mrrFaults(await readMrrDays(source, brand, upTo), await readMrrChanges(source, brand, upTo));
    tally.compared('mrr_adds_up', checked);
    for (const { currency, day, stored, movements, segments } of faults) {
      const amounts = `${formatMinor(stored, currency)}, movements ${formatMinor(movements, currency)}, segments ${formatMinor(segments, currency)}`;
      tally.fail('mrr_adds_up', { subject: 'recurring revenue of', id: `${placeOf(brand)} on ${day}: ${amounts}` }, isPending);
    }
  }
  for (const brand of brands) {
    const { billing, shop } = await readRevenueSums(source, brand);
    checkRevenue(tally, 'revenue_adds_up', `${brand}: `, 'accounts', billing, isPending);
    checkRevenue(tally, 'shop_revenue_adds_up', `the shops of ${brand}: `, 'sales', shop, isPending);
  }
  for (const brand of brands) {
    const stored = await readActiveDay(source, brand, asOf);
    const counted = new Map(active.filter((own) => own.brand === brand).map(({ market, to }) => [market, to]));
    for (const market of new Set([...stored.keys(), ...counted.keys()])) {
      const [metric, hub] = [stored.get(market) ?? 0, counted.get(market) ?? 0];
      const id = `${brand}${market === null ? '' : `, market ${market}`}: ${metric}, hub ${hub}`;
      tally.check('active_adds_up', metric === hub, { subject: 'active subscriptions of', id }, isPending || state.asOf < asOf);
    }
  }
}

function checkRevenue(tally: InvariantTally, name: Invariant, place: string, other: string, { facts, expected }: RevenueSums, isPending: boolean): void {
  for (const currency of [...new Set([...facts.keys(), ...expected.keys()])].sort()) {
    const [revenue, counted] = [facts.get(currency) ?? 0, expected.get(currency) ?? 0];
    const id = `${place}${formatMinor(revenue, currency)}, ${other} ${formatMinor(counted, currency)}`;
    tally.check(name, revenue === counted, { subject: 'revenue of', id }, isPending);
  }
}

function placeOf(brand: string): string {
  return brand === GROUP ? 'all brands' : brand;
}
