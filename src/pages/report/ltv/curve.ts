import { groupBy } from '../../../core/group-by.ts';
import { shortAmount } from '../declare/amounts.ts';
import { COHORT_COVERAGE } from '../cohorts/cohort-section.ts';
import { agesOf, averageAt, FEW, membersAt, rowsOf } from '../cohorts/cohort-table.ts';
import { drawnScopes, scopesOf, type Block, type Column, type Section, type Value, type View } from '../declare/page.ts';
import { readCohorts, type CohortCell } from '../read/cohorts.repository.ts';

/** The average lifetime value by age, a line for each scope. */
export const ltvCurve: Section = {
  name: 'ltv-by-age',
  title: 'What a customer is worth by age',
  definition: 'Net revenue of a customer from the first invoice above 0 up to an age in months, discounts, credits and refunds taken off. It is what was invoiced so far, not a prediction. The line ends where fewer than 10 members are that old; each age is of other cohorts, so it can fall.',
  unit: 'amounts of the currency per member, tax excluded, by age in months',
  async read(tx, view) {
    const cells = await readCohorts(tx, scopesOf(view), 'ltv', 'all');
    return { blocks: [...groupBy(cells, ({ currency }) => currency)].map(([currency, own]) => curveBlock(own, currency, view)), coverage: COHORT_COVERAGE };
  },
};

function curveBlock(cells: readonly CohortCell[], currency: string, view: View): Block {
  const scopes = scopesOf(view).filter((scope) => cells.some((cell) => cell.scope === scope));
  const ages = agesOf(cells);
  const titleOf = (scope: string): string => (scope === '*' ? 'All brands' : (view.names.get(scope) ?? scope));
  const lines = scopes.map((scope) => {
    const own = cells.filter((cell) => cell.scope === scope);
    const rows = rowsOf(own);
    return ages.map((age) => ({ value: averageAt(rows, age, 'per_member'), isFew: membersAt(rows, age) < FEW }));
  });
  return {
    scope: '*',
    currency,
    columns: [{ name: 'age', title: 'Age in months', kind: 'count' }, ...scopes.map((scope): Column => ({ name: scope === '*' ? 'all_brands' : scope, title: titleOf(scope), kind: 'money' }))],
    rows: ages.map((age, index): Value[] => [age, ...lines.map((values) => values[index]?.value ?? null)]),
    shown: { rows: 37, from: 'start' },
    chart: { kind: 'lines', labels: ages.map(String), series: drawnScopes(scopes).map((scope) => ({ name: titleOf(scope), values: (lines[scopes.indexOf(scope)] ?? []).map(({ value, isFew }) => (isFew ? null : value)) })), format: (value) => shortAmount(value, currency) },
  };
}
