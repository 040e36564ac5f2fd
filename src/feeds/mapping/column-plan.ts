import { columnsNamed } from '../../raw/rows/header.ts';
import { normaliseHeader, type Column, type Entity } from '../../sources/contract/contract.ts';
import type { DeclaredFeed } from '../declare/feeds.ts';
import type { ColumnEntry } from '../declare/schema.ts';
import { asWritten, type ValueReader } from '../format/value-reader.ts';
import { fromMinor, valueReader, type Cell, type SourceFields } from './cells.ts';
import { rowChooser } from './row-chooser.ts';
import { placesOf, SourceHeader } from './source-header.ts';

/** What a mapping needs of a feed. */
export type MappedFeed = Pick<DeclaredFeed, 'entity' | 'values' | 'columns' | 'rows' | 'without'>;

/** How the records of a file become rows of the contract. */
export interface ColumnPlan {
  /** Of the file. */
  readonly source: readonly string[];
  /** The contract's name of each column of the file, in its order, then of those that are made. Unknown columns keep their own. */
  readonly header: readonly string[];
  /** How the values of each column of the file are written. */
  readonly readers: readonly ValueReader[];
  /** True: a record is a row as it stands. */
  readonly isPlain: boolean;
  /** True for a record that is a row of the feed, of as many fields as the file has columns. */
  isRow(fields: SourceFields): boolean;
  /** The row of a record of as many fields as the file has columns. */
  row(fields: SourceFields): string[];
}

interface PlannedColumn {
  readonly name: string;
  readonly read: ValueReader;
  readonly cell: Cell;
}

/** A column that the feed declares, and where the headers of its values stand; undefined if the file lacks them and may. */
interface Target {
  readonly column: Column;
  readonly entry: ColumnEntry;
  readonly from: readonly number[] | undefined;
}

/**
 * Plans the columns of a file.
 * @param file its name, for errors
 * @throws HubError refused (missing_header) if a header is missing that the feed names
 */
export function planColumns(feed: MappedFeed, source: readonly string[], file: string): ColumnPlan {
  const { entity, columns, values } = feed;
  const header = new SourceHeader(source, file);
  const targets = entity.columns.flatMap((column): Target[] => {
    const entry = columns.get(column.name);
    return entry === undefined ? [] : [{ column, entry, from: placesOf(entry, header, column.name) }];
  });
  const taken = new Map<number, Target>();
  for (const target of targets) {
    const [only, second] = target.from ?? [];
    if (only !== undefined && second === undefined && !taken.has(only)) taken.set(only, target);
  }
  const named = columnsNamed(entity, source.map((name, index) => (taken.has(index) ? '' : name)));
  const currency = currencyCell(targets, named, feed);
  const isLeftOut = leftOut(feed.without);
  const plan = (column: Column, entry: ColumnEntry, from: readonly number[]): PlannedColumn => {
    const own = entry.currency_from === undefined ? currency : cellAt(placesOf({ from: entry.currency_from }, header, column.name)?.[0]);
    return planned(column, entry, from, values, own);
  };
  const inPlace = source.map((name, index): PlannedColumn => {
    const target = taken.get(index);
    if (target !== undefined) return plan(target.column, target.entry, [index]);
    const column = named[index];
    // The file's own column of a name whose values the feed takes from elsewhere is one that hub does not know.
    if (column === undefined || columns.has(column.name)) return { name: column === undefined ? name : unknownName(entity, name), read: asWritten, cell: isLeftOut(name) ? () => '' : cellAt(index) };
    return plan(column, {}, [index]);
  });
  const placed = new Set(taken.values());
  const made = targets.flatMap((target) => (placed.has(target) || target.from === undefined ? [] : [plan(target.column, target.entry, target.from)]));
  const all = [...inPlace, ...made];
  return {
    source,
    header: all.map(({ name }) => name),
    readers: inPlace.map(({ read }) => read),
    isPlain: feed.rows.only === undefined && feed.rows.except === undefined && !source.some(isLeftOut) && made.length === 0 && inPlace.every(({ read }) => read === asWritten) && targets.every(({ entry }) => entry.unit !== 'minor'),
    isRow: rowChooser(feed.rows, header),
    row: (fields) => all.map(({ cell }) => cell(fields)),
  };
}

function planned({ name, kind }: Column, entry: ColumnEntry, from: readonly number[], form: MappedFeed['values'], currency: Cell): PlannedColumn {
  const { value, unit, with: joined = '' } = entry;
  if (value !== undefined) return { name, read: asWritten, cell: () => value };
  const read = valueReader(kind, { ...form, ...entry });
  const [first = -1, ...others] = from;
  const text: Cell = others.length === 0 ? (fields) => fields[first] ?? '' : (fields) => joinedText(from, fields, joined);
  const cell: Cell = read === asWritten ? text : (fields) => read(text(fields));
  return { name, read, cell: unit === 'minor' ? (fields) => fromMinor(cell(fields), entry.currency ?? currency(fields)) : cell };
}

/** A name that the contract does not know either. */
function unknownName(entity: Entity, name: string): string {
  return ['source', 'file', 'other'].map((word) => `${word}_${name}`).find((each) => columnsNamed(entity, [each])[0] === undefined) ?? name;
}

/** True for a header whose values are not kept. A name may end with `*`. */
function leftOut(without: readonly string[]): (name: string) => boolean {
  const names = new Set(without.map(normaliseHeader));
  const beginnings = without.filter((name) => name.endsWith('*')).map(normaliseHeader);
  return (name) => names.has(normaliseHeader(name)) || beginnings.some((beginning) => normaliseHeader(name).startsWith(beginning));
}

/** The values of several columns; empty if one of them is, as half a key is none. */
function joinedText(from: readonly number[], fields: SourceFields, joined: string): string {
  const parts = from.map((index) => fields[index] ?? '');
  return parts.includes('') ? '' : parts.join(joined);
}

/** The currency of a record: what becomes its Currency. */
function currencyCell(targets: readonly Target[], named: readonly (Column | undefined)[], { values }: MappedFeed): Cell {
  const target = targets.find(({ column }) => column.name === 'Currency');
  if (target === undefined) return cellAt(named.findIndex((column) => column?.name === 'Currency'));
  return planned(target.column, target.entry, target.from ?? [], values, () => '').cell;
}

function cellAt(index: number | undefined): Cell {
  return index === undefined || index < 0 ? () => '' : (fields) => fields[index] ?? '';
}
