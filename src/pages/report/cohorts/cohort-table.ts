import { groupBy } from '../../../core/group-by.ts';
import { perHead, ratioOf } from '../declare/amounts.ts';
import type { Block, Column, Value } from '../declare/page.ts';
import type { CohortCell } from '../read/cohorts.repository.ts';

/** Ages in months that have a column on the page: each of the first half year, then fewer; the data files have all. */
const AGES = new Set([0, 1, 2, 3, 4, 5, 6, 9, 12, 18, 24, 36]);
/** Below so many members a figure is shown, but greyed. */
export const FEW = 10;

/** How a cell is shown: an amount per member, a share of the members, or a share of the amount at age 0. */
export type CohortView = 'per_member' | 'of_members' | 'of_first';

/** A row of cells by age, with the members that they are of. */
interface Row {
  readonly name: string;
  readonly members: number;
  readonly cells: ReadonlyMap<number, CohortCell>;
}

/**
 * A heat map of cohorts by age, the average of all of them first. Cells that are not complete are absent.
 * @param cells of one scope, currency and value
 */
export function cohortBlock(cells: readonly CohortCell[], kind: CohortView): Block | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const rows = rowsOf(cells);
  const ages = agesOf(cells);
  const table: Value[][] = [
    ['Average', rows.reduce((sum, { members }) => sum + members, 0), ...ages.map((age) => averageAt(rows, age, kind))],
    ...rows.map((row): Value[] => [row.name, row.members, ...ages.map((age) => valueAt([row], age, kind))]),
  ];
  return {
    scope: first.scope,
    currency: first.currency === '' ? null : first.currency,
    columns: [{ name: 'cohort', title: 'Cohort', kind: 'text' }, ...ageColumns(ages, kind)],
    rows: table,
    sums: 1,
    heat: true,
    unshown: new Set(ages.filter((age) => !AGES.has(age)).map((age) => `age_${age}`)),
    shown: { rows: 24, from: 'end' },
    faint: new Set(table.flatMap(([, members], index) => (Number(members) < FEW ? [index] : []))),
  };
}

/** The averages over cohorts of each value of a dimension, largest first. */
export function averagesBlock(cells: readonly CohortCell[], kind: CohortView, title: string): Block | undefined {
  const [first] = cells;
  if (first === undefined) return undefined;
  const values = [...groupBy(cells, ({ value }) => value)].map(([name, own]) => {
    const rows = rowsOf(own);
    return { name, rows, members: rows.reduce((sum, { members }) => sum + members, 0) };
  });
  const ages = agesOf(cells);
  const table = values
    .sort((a, b) => b.members - a.members || (a.name < b.name ? -1 : 1))
    .map(({ name, rows, members }): Value[] => [name === '' ? 'none' : name, members, ...ages.map((age) => averageAt(rows, age, kind))]);
  return {
    scope: first.scope,
    currency: first.currency === '' ? null : first.currency,
    columns: [{ name: 'value', title, kind: 'text' }, ...ageColumns(ages, kind)],
    rows: table,
    heat: true,
    unshown: new Set(ages.filter((age) => !AGES.has(age)).map((age) => `age_${age}`)),
    shown: { rows: 20, from: 'start' },
    faint: new Set(table.flatMap(([, members], index) => (Number(members) < FEW ? [index] : []))),
  };
}

/** The average at an age over the cohorts that have it, weighted by their members (metrics, "Cohorts"); null without one. */
export function averageAt(rows: readonly Row[], age: number, kind: CohortView): number | null {
  return valueAt(rows.filter(({ cells }) => cells.has(age)), age, kind);
}

/** The members of the cohorts that have an age. */
export function membersAt(rows: readonly Row[], age: number): number {
  return rows.reduce((sum, { cells }) => sum + (cells.get(age)?.members ?? 0), 0);
}

/** A row for each cohort. */
export function rowsOf(cells: readonly CohortCell[]): Row[] {
  return [...groupBy(cells, ({ cohort }) => cohort)].map(([name, own]) => ({ name, members: own[0]?.members ?? 0, cells: new Map(own.map((cell) => [cell.age, cell])) }));
}

function valueAt(rows: readonly Row[], age: number, kind: CohortView): number | null {
  const at = rows.map(({ cells }) => cells.get(age)).filter((cell) => cell !== undefined);
  if (at.length === 0) return null;
  const amount = at.reduce((sum, cell) => sum + cell.amount, 0);
  const members = at.reduce((sum, cell) => sum + cell.members, 0);
  if (kind === 'per_member') return perHead(amount, members);
  if (kind === 'of_members') return ratioOf(amount, members);
  return ratioOf(amount, rows.reduce((sum, { cells }) => sum + (cells.get(0)?.amount ?? 0), 0));
}

/** The ages of cells, rising. */
export function agesOf(cells: readonly CohortCell[]): number[] {
  return [...new Set(cells.map(({ age }) => age))].sort((a, b) => a - b);
}

function ageColumns(ages: readonly number[], kind: CohortView): Column[] {
  const cells = ages.map((age): Column => ({ name: `age_${age}`, title: age === 0 ? 'Month 0' : String(age), kind: kind === 'per_member' ? 'money' : 'percent' }));
  return [{ name: 'members', title: 'Members', kind: 'count' }, ...cells];
}
