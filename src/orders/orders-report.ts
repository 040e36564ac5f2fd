import { byKey } from '../core/compare.ts';
import type { JobOutcome } from '../engine/runs/job.ts';
import { personOutcome } from '../engine/stage/person-report.ts';
import type { Tally } from './tally.ts';

/** Why everybody was taken up, if so, and whether what is stored was compared by its columns. */
export interface OrdersPlan {
  readonly whole: string | undefined;
  readonly recompute: boolean;
}

/** What a run did, as its report holds it. */
export function outcomeOf(tally: Tally, plan: OrdersPlan): JobOutcome {
  const { whole, recompute: compared } = plan;
  return personOutcome(tally, { whole, compared }, { written: { documents: documentsOf(tally), relays: tally.relays } });
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
