import { parse } from 'csv-parse/sync';

const DELIMITER = ',';
const QUOTE = '"';

/** Splits one record into its fields; quotes that make no sense are taken as they stand. */
export function fieldsOf(record: string): string[] {
  const clean = splitClean(record);
  if (clean !== undefined) return clean;
  try {
    const rows = parse(record, { relax_quotes: true, relax_column_count: true });
    return rows.length === 1 ? (rows[0] ?? []) : record.split(DELIMITER);
  } catch {
    return record.split(DELIMITER);
  }
}

/**
 * The fields of a record that reads with backslash escapes only, as Spark writes them: `"say \"no\", please"`. Undefined if it reads
 * without, or not with them either (billing specification, "Text form").
 */
export function escapedFieldsOf(record: string): string[] | undefined {
  return record.includes('\\"') && splitClean(record) === undefined ? splitClean(record, ESCAPED) : undefined;
}

/** How a quote is written within a quoted value. */
interface Dialect {
  /** Where the quote that closes a value stands, from there on; -1 if none does. */
  closing(record: string, from: number): number;
  unescape(value: string): string;
}

const DOUBLED: Dialect = {
  closing(record, from) {
    let at = record.indexOf(QUOTE, from);
    while (at !== -1 && record[at + 1] === QUOTE) at = record.indexOf(QUOTE, at + 2);
    return at;
  },
  unescape: (value) => (value.includes(QUOTE) ? value.replaceAll('""', QUOTE) : value),
};

const ESCAPED: Dialect = {
  closing(record, from) {
    for (let at = from; at < record.length; at++) {
      if (record[at] === '\\') at++;
      else if (record[at] === QUOTE) return at;
    }
    return -1;
  },
  unescape: (value) => value.replace(/\\(["\\])/g, '$1'),
};

/** The fields of a record that has quotes around whole values only; undefined if a quote stands anywhere else. */
function splitClean(record: string, dialect = DOUBLED): string[] | undefined {
  if (!record.includes(QUOTE)) return record.split(DELIMITER);
  const fields: string[] = [];
  for (let start = 0; ; ) {
    const quoted = record[start] === QUOTE;
    const end = quoted ? endOfQuoted(record, start, dialect) : endOfPlain(record, start);
    if (end === undefined) return undefined;
    fields.push(quoted ? dialect.unescape(record.slice(start + 1, end - 1)) : record.slice(start, end));
    if (end === record.length) return fields;
    start = end + 1;
  }
}

function endOfPlain(record: string, start: number): number | undefined {
  const found = record.indexOf(DELIMITER, start);
  const end = found === -1 ? record.length : found;
  const quote = record.indexOf(QUOTE, start);
  return quote !== -1 && quote < end ? undefined : end;
}

/** Where the delimiter behind a quoted value stands. */
function endOfQuoted(record: string, start: number, dialect: Dialect): number | undefined {
  const closing = dialect.closing(record, start + 1);
  return closing !== -1 && (closing + 1 === record.length || record[closing + 1] === DELIMITER) ? closing + 1 : undefined;
}
