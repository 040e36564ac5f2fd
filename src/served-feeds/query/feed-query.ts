import type { ColumnType, Operator } from '../declare/column-types.ts';
import type { FeedColumn, Measure } from '../declare/served-feed.ts';

export const periods = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Period = (typeof periods)[number];

/** A value as the database has it: amounts in minor units, yes and no as 1 and 0. */
export type StoredValue = string | number | null;

/** What rows must have; several values: one of them. */
export interface Filter {
  readonly column: FeedColumn;
  readonly operator: Operator;
  /** Empty for `null`, of which `isNull` tells which. */
  readonly values: readonly (string | number)[];
  readonly isNull?: boolean;
}

/** A column of the answer and from what it is made. */
export interface OutputColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly source:
    | { readonly kind: 'column'; readonly column: string }
    | { readonly kind: 'period'; readonly period: Period; readonly column: string; readonly isInstant: boolean }
    | { readonly kind: 'measure'; readonly measure: Measure };
}

/** A query of a feed, checked: nothing in it but names of the code and values to bind. */
export interface FeedQuery {
  readonly filters: readonly Filter[];
  /** False: rows as they are stored. */
  readonly isGrouped: boolean;
  /** In the order in which they are shown. */
  readonly outputs: readonly OutputColumn[];
  /** A total order: no two rows are equal by it. */
  readonly order: readonly { readonly output: OutputColumn; readonly isDescending: boolean }[];
  /** The currency of all amounts, where one is asked for; else each row has its own. */
  readonly currency: string | undefined;
  /** Undefined: as many as there are. */
  readonly limit: number | undefined;
  /** Of the last row of the page before, by `order`. */
  readonly after: readonly StoredValue[] | undefined;
  /** Names feed and query, whatever the page: cursors are bound to it. */
  readonly fingerprint: string;
}
