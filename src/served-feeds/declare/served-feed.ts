import type { ColumnType, MeasureFunction } from './column-types.ts';

/** A column of a feed: its name there, that in the table, and what it holds. */
export interface FeedColumn {
  readonly name: string;
  readonly column: string;
  readonly type: ColumnType;
}

/** A sum of a feed over the rows of a group. */
export interface Measure {
  readonly name: string;
  readonly fn: MeasureFunction;
  /** Undefined for a count. */
  readonly of: FeedColumn | undefined;
}

/** A column to sort by. */
export interface SortKey {
  readonly name: string;
  readonly isDescending: boolean;
}

/** A feed that hub serve answers, checked (serve specification, "Feeds"). */
export interface ServedFeed {
  readonly name: string;
  readonly table: string;
  /** In the order in which they are shown. */
  readonly columns: ReadonlyMap<string, FeedColumn>;
  readonly filters: ReadonlySet<string>;
  /** By what `period` divides; undefined: not at all. */
  readonly date: FeedColumn | undefined;
  /** Of the amounts; undefined if it has none. */
  readonly currency: FeedColumn | undefined;
  readonly group: readonly string[];
  readonly measures: ReadonlyMap<string, Measure>;
  readonly sort: readonly SortKey[];
  /** Names that together tell its rows apart. */
  readonly key: readonly string[];
  readonly maxRows: number;
  /** Changes with the declaration. */
  readonly version: string;
}
