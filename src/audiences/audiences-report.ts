import type { JobOutcome } from '../engine/runs/job.ts';
import { problemsOf, type Surroundings, type TargetResult } from './problems.ts';

/** The outcome of a run: an item for each audience and platform. Refused if one of them is. */
export function outcomeOf(results: readonly TargetResult[], around: Surroundings): JobOutcome {
  const items = results.map(({ target, refused }) => ({
    audience: target.audience.name,
    platform: target.platformName,
    brands: target.audience.brands,
    status: refused === undefined ? 'delivered' : 'refused',
    ...target.counts,
    before: target.last ?? null,
    against: target.dates.base,
    ...(refused === undefined ? {} : { refused: refused.reason }),
  }));
  const sum = (key: 'members' | 'added' | 'removed' | 'updated'): number => items.reduce((total, item) => total + item[key], 0);
  return {
    status: items.some(({ status }) => status === 'refused') ? 'refused' : 'succeeded',
    totals: {
      audiences: new Set(items.map(({ audience }) => audience)).size,
      lists: items.length,
      refused: items.filter(({ status }) => status === 'refused').length,
      members: sum('members'),
      added: sum('added'),
      removed: sum('removed'),
      updated: sum('updated'),
      output: around.location,
    },
    items,
    problems: problemsOf(results, around),
  };
}
