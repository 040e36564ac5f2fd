import { halfEvenShare } from '../../core/half-even.ts';

/** What an average over cohorts is made of. */
export interface AveragedCohort {
  readonly members: number;
  /** Sums over the members by age, complete ages only. */
  readonly cells: readonly number[];
}

/**
 * The mean per member by age, in minor units, half-even: for each age of those cohorts alone that have the cell, so that
 * young cohorts never lower the later ages.
 */
export function averageByAge(cohorts: readonly AveragedCohort[]): number[] {
  const ages = Math.max(0, ...cohorts.map(({ cells }) => cells.length));
  return Array.from({ length: ages }, (_, age) => {
    const complete = cohorts.filter(({ cells }) => cells.length > age);
    const sum = complete.reduce((total, { cells }) => total + (cells[age] ?? 0), 0);
    return halfEvenShare(sum, 1, complete.reduce((total, { members }) => total + members, 0));
  });
}
