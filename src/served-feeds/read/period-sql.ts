import type { Dialect } from '../../db/dialect.ts';
import type { Period } from '../query/feed-query.ts';

/** The first day of the period that a date or an instant falls into, as `2026-01-31`; weeks begin on Monday. Nothing for nothing. */
export function periodSql({ name }: Pick<Dialect, 'name'>, period: Period, column: string): string {
  return (name === 'sqlite' ? SQLITE : MYSQL)[period](column);
}

type Expressions = Readonly<Record<Period, (column: string) => string>>;

const MYSQL: Expressions = {
  day: (column) => `date_format(${column}, '%Y-%m-%d')`,
  week: (column) => `date_format(date_sub(${column}, interval weekday(${column}) day), '%Y-%m-%d')`,
  month: (column) => `date_format(${column}, '%Y-%m-01')`,
  quarter: (column) => `concat(year(${column}), '-', lpad(quarter(${column}) * 3 - 2, 2, '0'), '-01')`,
  year: (column) => `date_format(${column}, '%Y-01-01')`,
};

/** Dates and instants are texts there. */
const SQLITE: Expressions = {
  day: (column) => `substr(${column}, 1, 10)`,
  week: (column) => `date(substr(${column}, 1, 10), '-6 days', 'weekday 1')`,
  month: (column) => `substr(${column}, 1, 7) || '-01'`,
  quarter: (column) => `substr(${column}, 1, 5) || substr('010101040404070707101010', cast(substr(${column}, 6, 2) as integer) * 2 - 1, 2) || '-01'`,
  year: (column) => `substr(${column}, 1, 4) || '-01-01'`,
};
