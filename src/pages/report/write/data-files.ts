import { stringify } from 'csv-stringify/sync';

import { toMajor } from '../../../core/money.ts';
import type { Block, Column, Value } from '../declare/page.ts';
import type { ReadSection } from './read-page.ts';

/** A file of the report; its name is relative to the folder. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
  /** Rows of data, for files that hold some. */
  readonly rows: number | null;
}

const SCOPE: Column = { name: 'scope', title: 'Brand, or * for all', kind: 'text' };
const CURRENCY: Column = { name: 'currency', title: 'Currency', kind: 'text' };
const COMPLETE: Column = { name: 'complete', title: 'Whether the period is over', kind: 'text' };
const UNITS: Readonly<Record<Column['kind'], string | null>> = { text: null, page: null, count: 'count', number: 'number', multiple: 'multiple', days: 'days', money: 'major units of the currency', percent: 'share of 1' };

/** The figures of a section as CSV: a header, then the rows of all blocks. Amounts are exact, in major units. */
export function csvFile(page: string, read: ReadSection): ReportFile {
  const { columns, rows } = tidy(read.blocks);
  const header = columns.map(({ name }) => name);
  const text = stringify([header, ...rows.map((row) => row.map((value, index) => (columns[index]?.kind === 'text' ? unharmed(value) : value)))]);
  return { name: `data/${page}/${read.section.name}.csv`, text, rows: rows.length };
}

/** The same as JSON, with what the figures are. */
export function jsonFile(page: string, read: ReadSection, asOf: string): ReportFile {
  const { columns, rows } = tidy(read.blocks);
  const { name, title, definition, unit } = read.section;
  const content = {
    ...{ page, table: name, title, definition, unit, coverage: read.coverage, as_of: asOf },
    columns: columns.map((column) => ({ name: column.name, title: column.title, unit: UNITS[column.kind] })),
    rows: rows.map((row) => Object.fromEntries(columns.map((column, index) => [column.name, row[index] ?? null]))),
  };
  return { name: `data/${page}/${name}.json`, text: `${JSON.stringify(content, null, 1)}\n`, rows: rows.length };
}

/** All blocks as one table: a column that a block does not have is empty in its rows. */
function tidy(blocks: readonly Block[]): { readonly columns: readonly Column[]; readonly rows: readonly (readonly Value[])[] } {
  const own = new Map(blocks.flatMap(({ columns }) => columns.map((column) => [column.name, column] as const)));
  const hasPeriods = blocks.some((block) => 'incomplete' in block);
  const columns = [SCOPE, ...(blocks.some(({ currency }) => currency !== null) ? [CURRENCY] : []), ...own.values(), ...(hasPeriods ? [COMPLETE] : [])];
  const rows = blocks.flatMap((block) => {
    const at = new Map(block.columns.map(({ name }, index) => [name, index]));
    return block.rows.map((row) =>
      columns.map((column): Value => {
        if (column === SCOPE) return block.scope;
        if (column === CURRENCY) return block.currency;
        if (column === COMPLETE) return row[0] === block.incomplete ? 'no' : 'yes';
        return plain(row[at.get(column.name) ?? -1] ?? null, column.kind, column.currency ?? block.currency);
      }),
    );
  });
  return { columns, rows };
}

function plain(value: Value, kind: Column['kind'], currency: string | null): Value {
  if (typeof value !== 'number') return value;
  if (kind === 'money' && currency !== null) return toMajor(value, currency);
  return kind === 'count' ? value : Number(value.toFixed(6));
}

/** A text that a spreadsheet would take for a formula is marked as text. */
function unharmed(value: Value): Value {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
