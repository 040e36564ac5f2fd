import { groupBy } from '../../../core/group-by.ts';
import { COHORT_COVERAGE } from '../cohorts/cohort-section.ts';
import { averagesBlock } from '../cohorts/cohort-table.ts';
import { scopesOf, type Section } from '../declare/page.ts';
import { readCohorts, type CohortDimension } from '../read/cohorts.repository.ts';

/** Lifetime value by what is known of the first purchase. */
export function ltvBy(dimension: CohortDimension, name: string, title: string, column: string, definition: string): Section {
  return {
    name,
    title,
    definition: `${definition} Averages over all cohorts, for each age over those that have reached it.`,
    unit: 'amounts of the currency per member, tax excluded, up to an age in months',
    async read(tx, view) {
      const cells = await readCohorts(tx, scopesOf(view), 'ltv', dimension);
      const blocks = [...groupBy(cells, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => averagesBlock(own, 'per_member', column) ?? []);
      return { blocks, coverage: COHORT_COVERAGE };
    },
  };
}
