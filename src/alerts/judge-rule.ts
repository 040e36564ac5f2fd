import { addDays, type Instant, type LocalDate } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import { evaluate } from './evaluate.ts';
import { stalenessOf, type Freshness } from './freshness.ts';
import { readFinalDays, readFirstDays, readMetricRows } from './metric-rows.repository.ts';
import type { AlertRule } from './rule.ts';
import type { Verdict } from './verdict.ts';
import { windowsOf } from './windows.ts';

/** What a check is of. */
export interface CheckDate {
  readonly asOf: LocalDate;
  /** What freshness is measured at. */
  readonly at: Instant;
}

/** What a rule finds of the subjects of brands, a brand at a time: what is fresh of one need not be of another. */
export async function judgeRule(tx: Transaction, rule: AlertRule, brands: readonly string[], freshness: Freshness, { asOf, at }: CheckDate): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  const lastDay = addDays(asOf, -1);
  for (const brand of brands) {
    const staleness = stalenessOf(rule, brand, freshness, at);
    if (staleness === 'absent') continue;
    const final = rule.table.name === 'metric_ad_days' ? (await readFinalDays(tx, [brand])).get(brand) : lastDay;
    // No ads at all.
    if (staleness === undefined && final === undefined) continue;
    if (staleness !== undefined || final === null || final === undefined) {
      verdicts.push({ subjectId: '', subject: brand, brand, finding: 'not_evaluated', value: null, threshold: null, reason: staleness?.reason ?? 'all its days are provisional' });
      continue;
    }
    const windows = windowsOf(rule, final < lastDay ? final : lastDay);
    const rows = await readMetricRows(tx, rule, windows, [brand]);
    verdicts.push(...evaluate({ rule, windows, rows, firstDays: await readFirstDays(tx, rule.table, [brand]) }));
  }
  return verdicts;
}
