import type { LocalDate } from '../core/time.ts';
import type { MetricFacts, MetricPerson } from './facts/metric-facts.repository.ts';
import { personMrr, type MrrCoverage, type MrrSetup } from './person-mrr.ts';
import type { MrrMovementRecord, SubscriptionMrrRecord } from './records/mrr-tables.ts';
import type { MetricCustomerRecord, RevenueFactRecord } from './records/revenue-tables.ts';
import { personRevenue } from './revenue/person-revenue.ts';
import type { RevenueSetup } from './revenue/revenue-setup.ts';

/** All that is stored of a person. */
export interface PersonMetrics {
  readonly segments: readonly SubscriptionMrrRecord[];
  readonly movements: readonly MrrMovementRecord[];
  readonly facts: readonly RevenueFactRecord[];
  readonly customers: readonly MetricCustomerRecord[];
  readonly coverage: MrrCoverage;
}

/** Decides recurring revenue, its movements, revenue and acquisition of a person. */
export function decidePerson({ recurring, revenue, shopOrders }: MetricPerson, notes: MetricFacts['notes'], setup: MrrSetup & RevenueSetup): PersonMetrics {
  const { segments, movements, coverage } = personMrr(recurring, setup);
  return { segments, movements, coverage, ...personRevenue(revenue, { notes, firstMrr: firstMrr(movements), shopOrders, setup }) };
}

/** The day of the first recurring revenue, in any currency, by scope. */
function firstMrr(movements: readonly MrrMovementRecord[]): Map<string, LocalDate> {
  const first = new Map<string, LocalDate>();
  for (const { brand, kind, movement_date: date } of movements) {
    const known = first.get(brand);
    if (kind === 'new' && (known === undefined || date < known)) first.set(brand, date as LocalDate);
  }
  return first;
}
