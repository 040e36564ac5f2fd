import type { LocalDate } from '../../../core/time.ts';
import type { Rates } from '../../../metrics/settings.ts';
import type { Transaction } from '../../../db/database.ts';
import type { SeriesChart } from '../../series-chart.ts';
import type { Bar } from '../../waterfall.ts';

/**
 * How the values of a column are written; money is in minor units of the block's currency, percent a share of 1, a multiple has
 * two decimals, days are told as whole ones, and a page is the name of one that the report has: a link.
 */
type ValueKind = 'text' | 'page' | 'count' | 'money' | 'percent' | 'multiple' | 'days' | 'number';

export interface Column {
  /** As in the data files: lower-case words with underscores. */
  readonly name: string;
  readonly title: string;
  readonly kind: ValueKind;
  /** Of amounts that are in another currency than their block. */
  readonly currency?: string;
}

export type Value = string | number | null;

/** A waterfall of amounts in minor units. */
interface WaterfallChart {
  readonly kind: 'waterfall';
  readonly bars: readonly Bar[];
  readonly title: string;
  /** Where its axis begins, in minor units. */
  readonly axisFrom: number;
}

/** The figures of one scope and currency: a table, and a chart of the same figures. */
export interface Block {
  /** A brand, or `*` for all of them. */
  readonly scope: string;
  readonly currency: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
  readonly chart?: SeriesChart | WaterfallChart | undefined;
  /** Rows that are printed first and in bold: averages and totals. */
  readonly sums?: number;
  /** Cells are shaded by their value: a heat map. */
  readonly heat?: boolean;
  /** On a phone each row is a few lines of text, where cells hold more than a figure. */
  readonly stacked?: boolean;
  /** Columns that only the data files have. */
  readonly unshown?: ReadonlySet<string>;
  /** Rows whose figures are of too few to be relied on. */
  readonly faint?: ReadonlySet<number>;
  /** Rows that stand out, as something has to be done about them. */
  readonly marked?: ReadonlySet<number>;
  /** Which rows the page shows, besides the sums; the data files have all. */
  readonly shown?: Shown;
  /** The period of the first column that is not over: it stands apart, and is compared with nothing. */
  readonly incomplete?: string | undefined;
}

/** So many rows from the end, where they are in the order of time, or from the start, where the largest come first. */
export interface Shown {
  readonly rows: number;
  readonly from: 'start' | 'end';
}

/** A part of a page: what is measured, and how it is read from the tables of metrics. */
export interface Section {
  /** The name of its data files and its anchor. */
  readonly name: string;
  readonly title: string;
  readonly definition: string;
  readonly unit: string;
  /** In place of the figures where there are none, if that says something. */
  readonly none?: string;
  /** @returns the blocks, and in words what the figures cannot say */
  read(tx: Transaction, view: View): Promise<{ readonly blocks: readonly Block[]; readonly coverage: string }>;
}

/** A page of the report: always these slots, whatever it shows. */
export interface ReportPage {
  readonly name: string;
  readonly title: string;
  /** What it answers. */
  readonly question: string;
  readonly sections: readonly Section[];
  /** The figures that stand on top. */
  headline(tx: Transaction, view: View): Promise<readonly Card[]>;
}

/** A figure by itself. */
export interface Card {
  readonly value: string;
  readonly label: string;
  readonly note: string;
}

/** What is looked at: states are those at the end of `asOf`, flows end with the day before it. */
export interface View {
  readonly asOf: LocalDate;
  readonly brands: readonly string[];
  readonly allBrands: readonly string[];
  /** Cuts what is shown; null without --from and --to. */
  readonly from: LocalDate | null;
  /** The first day that is not shown. */
  readonly until: LocalDate | null;
  readonly names: ReadonlyMap<string, string>;
  /** At which amounts are converted too; without them none is. */
  readonly rates?: Rates | undefined;
}

/** All brands at once where all are looked at, then each. */
export function scopesOf({ brands, allBrands }: Pick<View, 'brands' | 'allBrands'>): string[] {
  return brands.length === allBrands.length && brands.length > 1 ? ['*', ...brands] : [...brands];
}

/** The lines of a chart: all of a single brand is that brand, and would lie over it. */
export function drawnScopes(scopes: readonly string[]): readonly string[] {
  return scopes.length === 2 && scopes[0] === '*' ? scopes.slice(1) : scopes;
}
