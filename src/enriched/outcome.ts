import { byKey } from '../core/compare.ts';
import type { JobOutcome } from '../runs/job.ts';
import { undecidableReport } from '../runs/undecidable.ts';
import type { Plan } from './prepare.ts';
import type { Tally } from './tally.ts';

const MOST_TEXTS = 20;

/** What a run did, as its report holds it. */
export function outcomeOf(tally: Tally, plan: Plan, active: Readonly<Record<string, number>>): JobOutcome {
  const { notes } = tally;
  const unowned = [...plan.unowned].filter(([, count]) => count > 0);
  const undecidable = undecidableReport(tally.undecidable);
  const orphans = Object.fromEntries([...notes.orphans].sort(byKey));
  return {
    status: undecidable.status,
    totals: {
      persons: tally.persons,
      accounts: tally.accounts,
      ...undecidable.totals,
      ...tally.sum,
      ...(plan.recompute ? { mended: tally.mended } : {}),
      changed_fields: tally.changedFields,
      taken_up_whole: Object.fromEntries(plan.whole),
      decided: nested(notes.counts),
      unclassified: most(notes.unclassified),
      active_subscriptions: active,
      orphans,
      rows_without_account: Object.fromEntries(unowned),
      chain_issues: Object.fromEntries([...notes.chainIssues].sort(byKey)),
      unreadable_amounts: notes.unreadableAmounts,
    },
    items: tally.items,
    warnings: [
      ...undecidable.warnings,
      ...Object.entries(orphans).map(([place, count]) => `orphans: ${count} × ${place} names a record that is not there`),
      ...unowned.map(([entity, count]) => `orphans: ${count} rows of ${entity} belong to no account, as neither they nor a parent names one`),
      ...[...notes.chainIssues].sort(byKey).map(([kind, count]) => `chains: ${count} × ${kind}`),
      ...(notes.unreadableAmounts > 0 ? [`${notes.unreadableAmounts} amounts have no known currency or are too large to be exact`] : []),
    ],
  };
}

/** `brand\tfact\tvalue` counts as objects in objects. */
function nested(counts: ReadonlyMap<string, number>): Record<string, Record<string, Record<string, number>>> {
  const byFact: Record<string, Record<string, Record<string, number>>> = {};
  for (const [key, count] of [...counts].sort(byKey)) {
    const [brand = '', fact = '', value = ''] = key.split('\t');
    ((byFact[fact] ??= {})[value] ??= {})[brand] = count;
  }
  return byFact;
}

/** The most frequent texts that no rule matches. */
function most(texts: ReadonlyMap<string, number>): { brand: string; fact: string; text: string; count: number }[] {
  return [...texts]
    .sort((a, b) => b[1] - a[1] || byKey(a, b))
    .slice(0, MOST_TEXTS)
    .map(([key, count]) => {
      const [brand = '', fact = '', text = ''] = key.split('\t');
      return { brand, fact, text, count };
    });
}
