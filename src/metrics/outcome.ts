import { countNames } from '../engine/records/record-counts.ts';
import type { JobOutcome } from '../engine/runs/job.ts';
import { personOutcome } from '../engine/stage/person-report.ts';
import { problem } from '../core/problem.ts';
import { GROUP } from './records/group.ts';
import type { SumsResult } from './sums/run-sums.ts';
import type { Tally } from './tally.ts';

/** What was done with the persons, as the report holds it. */
export function outcomeOf(tally: Tally, plan: { readonly whole: string | undefined; readonly rebuild: boolean }): JobOutcome {
  const { unpriced, withoutTax, earlierCharges, undated } = tally.coverage;
  return personOutcome(tally, { whole: plan.whole, compared: plan.rebuild }, {
    more: {
      coverage: { chains_unpriced: unpriced, chains_without_tax_share: withoutTax, chains_with_earlier_charges: earlierCharges, chains_without_start_or_currency: undated },
      sums: { partitions: tally.partitions.months, models: null, done: null },
    },
    problems: [
      ...(unpriced > 0 ? [problem('unpriced_charge', `coverage: ${unpriced} subscriptions have a charge without a price, which counts 0 in their recurring revenue`, { stream: 'rate_plan_charge', next: LOOK })] : []),
      ...(undated > 0 ? [problem('undated_chain', `coverage: ${undated} subscriptions have no start or no currency: they are in no recurring revenue`, { stream: 'subscription', next: LOOK })] : []),
    ],
  });
}

const LOOK = 'Look at the exports of these records: what is not in them, nobody can count.';

/** The outcome with what was done with the sums; undefined if another run of the set does them. */
export function withSums(outcome: JobOutcome, sums: SumsResult | undefined): JobOutcome {
  if (sums === undefined) return { ...outcome, totals: { ...outcome.totals, sums: { ...(outcome.totals['sums'] as object), done: 'by_another_run' } } };
  const { counts, partitions, models, shrunk } = sums;
  const mended = outcome.totals['mended'] as number | undefined;
  const total = Object.fromEntries(countNames.map((name) => [name, counts.sum[name] + Number(outcome.totals[name])]));
  return {
    ...outcome,
    totals: {
      ...outcome.totals,
      ...total,
      ...(mended === undefined ? {} : { mended: mended + counts.mended }),
      changed_fields: { ...(outcome.totals['changed_fields'] as object), ...counts.changedFields },
      sums: { partitions, models, done: 'by_this_run', shrunk },
    },
    items: [...outcome.items, ...counts.items],
    problems: [
      ...outcome.problems,
      ...shrunk.map(({ table, brand, month, before, after }) =>
        problem('month_shrunk', `${table} of ${brand === GROUP ? 'all brands' : brand} has only ${after} of its ${before} rows of ${month} left`, { brand, next: 'Look whether facts of that month were deleted on purpose: hub runs list, hub audit.' }),
      ),
    ],
  };
}
