import { byKey } from '../core/compare.ts';
import type { JobOutcome } from '../runs/job.ts';
import type { Plan } from './prepare.ts';
import { countNames, type TableCounts, type Tally } from './tally.ts';

/** What a run did, as its report holds it. */
export function outcomeOf(tally: Tally, plan: Plan): JobOutcome {
  const items = [...tally.tables].sort(byKey).map(([key, counts]) => {
    const [brand, table] = key.split('\t');
    return { brand, table, ...counts };
  });
  const sum: TableCounts = { read: 0, inserted: 0, updated: 0, unchanged: 0, deleted: 0 };
  for (const item of items) for (const name of countNames) sum[name] += item[name];
  return {
    status: 'succeeded',
    totals: {
      persons: tally.persons,
      test_accounts_left_out: tally.testAccounts,
      ...sum,
      documents: documentsOf(tally),
      relays: tally.relays,
      changed_fields: Object.fromEntries([...tally.fields].sort(byKey)),
      taken_up_whole: plan.whole ?? null,
    },
    items,
    warnings: [],
  };
}

/** New versions of documents: what happened, by brand. */
function documentsOf({ documents }: Tally): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const [key, count] of [...documents].sort(byKey)) {
    const [brand = '', kind = ''] = key.split('\t');
    (counts[kind.replace('order.', '')] ??= {})[brand] = count;
  }
  return counts;
}
