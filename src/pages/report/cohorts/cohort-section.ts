import { groupBy } from '../../../core/group-by.ts';
import { cohortBlock, type CohortView } from './cohort-table.ts';
import { scopesOf, type Section } from '../declare/page.ts';
import { readCohorts } from '../read/cohorts.repository.ts';

/** A section of heat maps: the cohorts of each scope and currency by age. */
export function cohortSection(measure: 'ltv' | 'purchases' | 'logo' | 'mrr', kind: CohortView, texts: Pick<Section, 'name' | 'title' | 'definition' | 'unit'>): Section {
  return {
    ...texts,
    async read(tx, view) {
      const cells = (await readCohorts(tx, scopesOf(view), measure, 'all')).filter(({ cohort }) => (view.from === null || cohort >= view.from.slice(0, 7)) && (view.until === null || cohort < view.until));
      const blocks = [...groupBy(cells, ({ scope, currency }) => `${scope}\t${currency}`).values()].flatMap((own) => cohortBlock(own, kind) ?? []);
      return { blocks, coverage: COHORT_COVERAGE };
    },
  };
}

export const COHORT_COVERAGE =
  'A cell is there only once every member of its cohort has reached that age; what is empty is not known yet, and not 0. An average is over the cohorts that have the cell, weighted by members. Below 10 members figures are greyed.';
