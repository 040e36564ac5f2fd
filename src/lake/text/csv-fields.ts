import { parse } from 'csv-parse/sync';

import { HUB_FORM, type CsvForm } from './csv-form.ts';

/** Splits one record into its fields; quotes that make no sense are taken as they stand. */
export function fieldsOf(record: string, form: CsvForm = HUB_FORM): string[] {
  const { delimiter, quote } = form;
  const clean = splitClean(record, form);
  if (clean !== undefined) return clean;
  try {
    const rows = parse(record, { delimiter, quote, escape: quote, relax_quotes: true, relax_column_count: true });
    return rows.length === 1 ? (rows[0] ?? []) : record.split(delimiter);
  } catch {
    return record.split(delimiter);
  }
}

/**
 * The fields of a record that reads with backslash escapes only, as Spark writes them: `"say \"no\", please"`. Undefined if it reads
 * without, or not with them either (billing specification, "Text form").
 */
export function escapedFieldsOf(record: string, form: CsvForm = HUB_FORM): string[] | undefined {
  return record.includes(`\\${form.quote}`) && splitClean(record, form) === undefined ? splitClean(record, form, ESCAPED) : undefined;
}

/** How a quote is written within a quoted value. */
interface Dialect {
  /** Where the quote that closes a value stands, from there on; -1 if none does. */
  closing(record: string, from: number, quote: string): number;
  unescape(value: string, quote: string): string;
}

const DOUBLED: Dialect = {
  closing(record, from, quote) {
    let at = record.indexOf(quote, from);
    while (at !== -1 && record[at + 1] === quote) at = record.indexOf(quote, at + 2);
    return at;
  },
  unescape: (value, quote) => (value.includes(quote) ? value.replaceAll(quote + quote, quote) : value),
};

const ESCAPED: Dialect = {
  closing(record, from, quote) {
    for (let at = from; at < record.length; at++) {
      if (record[at] === '\\') at++;
      else if (record[at] === quote) return at;
    }
    return -1;
  },
  unescape: (value, quote) => value.replaceAll(/\\(.)/gs, (whole, sign) => (sign === quote || sign === '\\' ? String(sign) : whole)),
};

/** The fields of a record that has quotes around whole values only; undefined if a quote stands anywhere else. */
function splitClean(record: string, { delimiter, quote }: CsvForm, dialect = DOUBLED): string[] | undefined {
  if (quote === '' || !record.includes(quote)) return record.split(delimiter);
  const fields: string[] = [];
  for (let start = 0; ; ) {
    const quoted = record[start] === quote;
    const end = quoted ? endOfQuoted(record, start, delimiter, quote, dialect) : endOfPlain(record, start, delimiter, quote);
    if (end === undefined) return undefined;
    fields.push(quoted ? dialect.unescape(record.slice(start + 1, end - 1), quote) : record.slice(start, end));
    if (end === record.length) return fields;
    start = end + 1;
  }
}

function endOfPlain(record: string, start: number, delimiter: string, mark: string): number | undefined {
  const found = record.indexOf(delimiter, start);
  const end = found === -1 ? record.length : found;
  const quote = record.indexOf(mark, start);
  return quote !== -1 && quote < end ? undefined : end;
}

/** Where the delimiter behind a quoted value stands. */
function endOfQuoted(record: string, start: number, delimiter: string, quote: string, dialect: Dialect): number | undefined {
  const closing = dialect.closing(record, start + 1, quote);
  return closing !== -1 && (closing + 1 === record.length || record[closing + 1] === delimiter) ? closing + 1 : undefined;
}
