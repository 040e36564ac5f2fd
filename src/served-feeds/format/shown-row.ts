import { HubError } from '../../core/errors.ts';
import { parseDecimal } from '../../core/decimal.ts';
import { toMajor } from '../../core/money.ts';
import { scrub } from '../../core/text/scrub.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { FeedQuery, OutputColumn, StoredValue } from '../query/feed-query.ts';
import type { ColumnType } from '../declare/column-types.ts';
import type { ShownValue } from './csv.ts';

type Stored = StoredValues[number];
type Show = (row: StoredValues) => ShownValue;

/**
 * Makes of a row as the database has it the values that are shown: amounts in major units with their places, instants in
 * ISO 8601, yes and no as such.
 * @param columns those of the statement, the shown ones first
 * @param currencyColumn the name of the column with the currency of amounts, where a query has none for all
 */
export function rowShower({ outputs, currency }: Pick<FeedQuery, 'outputs' | 'currency'>, columns: readonly OutputColumn[], currencyColumn: string | undefined): (row: StoredValues) => ShownValue[] {
  const at = columns.findIndex(({ name }) => name === currencyColumn);
  const currencyOf = (row: StoredValues): string => currency ?? String(row[at] ?? '');
  const shows = outputs.map(({ type }, place) => showOf(type, place, currencyOf));
  return (row) => shows.map((show) => show(row));
}

/** What a cursor keeps of the last row of a page, by the order of its query. */
export function cursorValues({ order }: FeedQuery, columns: readonly OutputColumn[], row: StoredValues): StoredValue[] {
  return order.map(({ output }) => {
    const value = row[columns.findIndex(({ name }) => name === output.name)] ?? null;
    return value !== null && (output.type === 'integer' || output.type === 'money') ? wholeOf(value) : value;
  });
}

function showOf(type: ColumnType, place: number, currencyOf: (row: StoredValues) => string): Show {
  const plain = SHOWN[type];
  if (type === 'money') {
    return (row) => {
      const value = row[place] ?? null;
      return value === null ? null : toMajor(wholeOf(value), currencyOf(row));
    };
  }
  return (row) => {
    const value = row[place] ?? null;
    return value === null ? null : plain(value);
  };
}

const SHOWN: Readonly<Record<ColumnType, (value: Exclude<Stored, null>) => ShownValue>> = {
  // Whoever fills in a form chooses what stands in the parameters of its URL: an address in them leaves hub no more than another one.
  text: (value) => scrub(String(value)),
  date: String,
  money: String,
  integer: wholeOf,
  boolean: (value) => Number(value) === 1,
  instant: (value) => toIso(String(value) as Instant),
  decimal: (value) => parseDecimal(String(value)) ?? String(value),
};

/** Sums come as texts from servers. @throws HubError unexpected if it is more than a number holds exactly */
function wholeOf(value: Exclude<Stored, null>): number {
  const whole = Number(value);
  if (Number.isSafeInteger(whole)) return whole;
  throw new HubError('unexpected', 'amount_too_large', 'A sum is larger than can be shown exactly.');
}
