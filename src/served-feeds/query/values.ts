import { parseDecimal } from '../../core/decimal.ts';
import { toMajor, toMinor } from '../../core/money.ts';
import { parseDate, parseInstant } from '../../core/time.ts';
import type { ColumnType } from '../declare/column-types.ts';

const INTEGER = /^-?\d{1,15}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DECIMAL = /^-?\d{1,15}(\.\d{1,4})?$/;

/** What a value must look like, for people. */
export const formOf: Readonly<Record<ColumnType, string>> = {
  text: 'a text',
  integer: 'a whole number',
  boolean: 'true or false',
  money: 'an amount in major units with at most the decimal places of its currency, such as 9.90',
  date: 'a date that exists, such as 2026-01-31',
  instant: 'a date or an instant in ISO 8601, such as 2026-01-31T05:00:00Z',
  decimal: 'a number',
};

/**
 * A value of a query as the database compares it; undefined if it is none of the type.
 * @param currency of amounts; they are read exactly, and one with more places than the currency has is none
 */
export function parseValue(type: ColumnType, text: string, currency: string | undefined): string | number | undefined {
  switch (type) {
    case 'text':
      return text;
    case 'integer':
      return INTEGER.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? 1 : text === 'false' ? 0 : undefined;
    case 'money':
      return currency === undefined ? undefined : amountOf(text, currency);
    case 'date':
      return DATE.test(text) ? parseDate(text) : undefined;
    case 'instant':
      return parseInstant(text);
    case 'decimal':
      return undefined;
  }
}

function amountOf(text: string, currency: string): number | undefined {
  const minor = DECIMAL.test(text) ? toMinor(text, currency) : undefined;
  return minor !== undefined && parseDecimal(toMajor(minor, currency)) === parseDecimal(text) ? minor : undefined;
}
