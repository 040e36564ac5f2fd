/** What a cell of a text table shows; null is nothing. */
export type Cell = string | number | null;

/** A column of a text table; numbers and amounts stand to the right and are never cut. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Where the table is too wide, a name may be cut and a sentence wrapped. Ids, instants and commands are neither: they are copied. */
  readonly long?: 'cut' | 'wrap';
  /** Means nothing without the column before it (an amount beside its number), and stays in one table with it. */
  readonly joined?: boolean;
}

/** A table, or a part of one, that fits. */
export interface FittedTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
}

export const NOTHING = '–';
const GAP = 2;
const SHORTEST = { cut: 16, wrap: 20 };
/** Columns to the left that say what a row is about stand before each part of a table, up to this width. */
const WIDEST_NAMES = 40;
const ZERO = /^(?:–?|[-+]?0(?:\.0+)?(?: (?:[A-Z]{3}|ms))?)$/;

/**
 * A table as one or more that are at most so many characters wide. If it is too wide, columns of nothing but zeros are left
 * out; then names are cut, with `…`, and sentences wrapped; then the columns that still do not fit go on in a table below
 * with the same names before them, of the rows only that have something there. Numbers, ids and instants are never cut: a
 * column that is too wide alone stays as wide as it is.
 */
export function fitTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[], width: number): FittedTable[] {
  const whole = { columns, rows };
  if (widthOf(whole) <= width) return [whole];
  const busy = withoutZeros(whole);
  const shorter = shortenNames(busy, width);
  return widthOf(shorter) <= width ? [shorter] : continued(shortenNames(busy, 0), width);
}

function widthOf({ columns, rows }: FittedTable): number {
  return columns.reduce((sum, _, index) => sum + GAP + columnWidth({ columns, rows }, index), -GAP);
}

function columnWidth({ columns, rows }: FittedTable, index: number): number {
  return rows.reduce((most, row) => Math.max(most, lengthOf(row[index] ?? '')), lengthOf(columns[index]?.title ?? ''));
}

function lengthOf(text: string): number {
  return text.split('\n').reduce((most, line) => Math.max(most, Array.from(line).length), 0);
}

/** How many leading columns say what a row is about: the first, and those to the left that fit beside it. */
function countOfNames(table: FittedTable): number {
  let width = columnWidth(table, 0);
  let count = 1;
  while (count < table.columns.length - 1 && table.columns[count]?.align !== 'right') {
    width += GAP + columnWidth(table, count);
    if (width > WIDEST_NAMES) break;
    count++;
  }
  return count;
}

function withoutZeros(table: FittedTable): FittedTable {
  const names = countOfNames(table);
  const isBusy = (index: number): boolean => index < names || table.rows.some((row) => !ZERO.test(row[index] ?? ''));
  const kept = table.columns.map((_, index) => index).filter((index) => isBusy(index) || (table.columns[index + 1]?.joined === true && isBusy(index + 1)));
  return select(table, kept);
}

function select({ columns, rows }: FittedTable, indexes: readonly number[]): FittedTable {
  return {
    columns: indexes.map((index) => columns[index] as TableColumn),
    rows: rows.map((row) => indexes.map((index) => row[index] ?? '')),
  };
}

/** Shortens names and sentences, the longest first, until the table fits or all are as short as they may become. */
function shortenNames(table: FittedTable, width: number): FittedTable {
  const limits = table.columns.map((_, index) => columnWidth(table, index));
  const shortest = table.columns.map(({ long, title }, index) => (long === undefined ? Infinity : Math.max(SHORTEST[long], lengthOf(title), long === 'wrap' ? longestWord(table, index) : 0)));
  for (let surplus = widthOf(table) - width; surplus > 0; surplus--) {
    const longest = limits.reduce((best, limit, index) => (limit > (shortest[index] ?? 0) && (best < 0 || limit > (limits[best] ?? 0)) ? index : best), -1);
    if (longest < 0) break;
    limits[longest] = (limits[longest] ?? 0) - 1;
  }
  const shorten = (cell: string, index: number): string => (table.columns[index]?.long === 'wrap' ? wrap : cut)(cell, limits[index] ?? 0);
  return { columns: table.columns, rows: table.rows.map((row) => row.map(shorten)) };
}

/** A sentence becomes no narrower than its longest word, such as an address: its other lines can be as long. */
function longestWord({ rows }: FittedTable, index: number): number {
  return rows.reduce((most, row) => (row[index] ?? '').split(' ').reduce((longest, word) => Math.max(longest, lengthOf(word)), most), 0) + 2;
}

function cut(text: string, limit: number): string {
  const characters = Array.from(text);
  return characters.length <= limit ? text : `${characters.slice(0, limit - 1).join('').trimEnd()}…`;
}

/** Lines of whole words, indented as the first and a little more; a word longer than a line has one of its own. */
function wrap(text: string, limit: number): string {
  const [indent = ''] = /^ */.exec(text) ?? [];
  const lines: string[] = [];
  for (const word of text.trimStart().split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && lengthOf(longer) <= limit) lines[lines.length - 1] = longer;
    else lines.push(`${indent}${lines.length === 0 ? '' : '  '}${word}`);
  }
  return lines.join('\n');
}

function continued(table: FittedTable, width: number): FittedTable[] {
  const names = Array.from({ length: countOfNames(table) }, (_, index) => index);
  const parts: number[][] = [];
  for (const group of groups(table.columns, names.length)) {
    const last = parts.at(-1);
    if (last !== undefined && widthOf(select(table, [...names, ...last, ...group])) <= width) last.push(...group);
    else parts.push([...group]);
  }
  if (parts.length === 0) return [table];
  return parts.map((part, index) => {
    const { columns, rows } = select(table, [...names, ...part]);
    return { columns, rows: index === 0 ? rows : rows.filter((row) => row.slice(names.length).some((cell) => !ZERO.test(cell))) };
  });
}

/** The columns after the names, those that belong together as one. */
function groups(columns: readonly TableColumn[], from: number): number[][] {
  const found: number[][] = [];
  for (let index = from; index < columns.length; index++) {
    if (columns[index]?.joined === true) found.at(-1)?.push(index);
    else found.push([index]);
  }
  return found;
}
