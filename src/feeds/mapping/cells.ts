import { parseDecimal } from '../../core/decimal.ts';
import { minorDigits } from '../../core/iso/currencies.ts';
import { toMajor } from '../../core/money.ts';
import type { Kind } from '../../sources/contract/contract.ts';
import { readerOf, type ValueForm } from '../format/feed-format.ts';
import type { ValueReader } from '../format/value-reader.ts';

/** The fields of a record of the file. */
export type SourceFields = readonly (string | null)[];

/** Makes a value of a record: the canonical text of a column. */
export type Cell = (fields: SourceFields) => string;

/** What a feed says of the values of a column. */
export interface ColumnForm extends ValueForm {
  readonly values?: Readonly<Record<string, string>> | undefined;
  readonly sign?: 'negate' | 'absolute' | undefined;
}

/** The values of a field, in the contract's form. */
export function valueReader(kind: Kind, { values, sign, nulls = [], ...form }: ColumnForm): ValueReader {
  const read = readerOf(kind, form);
  if (values === undefined && sign === undefined && nulls.length === 0) return read;
  const words = new Set(nulls);
  const exact = new Map(Object.entries(values ?? {}));
  const folded = new Map([...exact].map(([from, to]) => [folding(from), to]));
  return (text) => {
    if (text === '' || words.has(text)) return '';
    const named = exact.get(text) ?? folded.get(folding(text));
    if (named !== undefined) return named;
    return sign === undefined ? read(text) : signed(read(text), sign);
  };
}

/** An amount out of minor units of the currency that the record tells; a text that is no amount stays and is refused by its kind. */
export function fromMinor(amount: string, currency: string): string {
  if (amount === '') return '';
  const decimal = parseDecimal(amount);
  const code = currency.trim().toUpperCase();
  if (decimal === undefined) return amount;
  const minor = Number(decimal);
  if (minorDigits(code) === undefined) return `${amount} (minor units of no currency that is known)`;
  return Number.isSafeInteger(minor) ? toMajor(minor, code) : `${amount} (no whole number of minor units)`;
}

function signed(text: string, sign: 'negate' | 'absolute'): string {
  const decimal = parseDecimal(text);
  if (decimal === undefined) return text;
  if (decimal.startsWith('-')) return decimal.slice(1);
  return sign === 'absolute' || decimal === '0' ? decimal : `-${decimal}`;
}

function folding(text: string): string {
  return text.trim().toLowerCase();
}
