import { byKey } from '../core/compare.ts';
import { problem, type Problem } from '../core/problem.ts';
import type { JobOutcome } from '../engine/runs/job.ts';
import { undecidableReport } from '../engine/runs/undecidable.ts';
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
    problems: [
      ...undecidable.problems,
      ...Object.entries(orphans).map(([place, count]) => orphanProblem(place, count)),
      ...unowned.map(([entity, count]) => problem('no_account', `orphans: ${count} rows of ${entity} belong to no account, as neither they nor a parent names one`, { stream: entity, next: INCOMPLETE })),
      ...[...notes.chainIssues].sort(byKey).map(([kind, count]) => problem(kind, `chains: ${count} × ${kind}`, { stream: 'subscription' })),
      ...(notes.unreadableAmounts > 0 ? [problem('unreadable_amount', `${notes.unreadableAmounts} amounts have no known currency or are too large to be exact`, { next: 'Ask the exporter for the currency of these records.' })] : []),
    ],
  };
}

const INCOMPLETE = 'Look whether an export is incomplete: hub runs list --command import-billing, hub quarantine list';

/** @param place the entity, a dot, and the column that names what is not there */
function orphanProblem(place: string, count: number): Problem {
  const [stream, column] = place.split('.');
  return problem('missing_record', `orphans: ${count} × ${place} names a record that is not there`, { stream, column, next: INCOMPLETE });
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
