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

/** The fields of a record that has quotes around whole values only; undefined if a quote stands anywhere else. */
function splitClean(record: string): string[] | undefined {
  if (!record.includes(QUOTE)) return record.split(DELIMITER);
  const fields: string[] = [];
  for (let start = 0; ; ) {
    const quoted = record[start] === QUOTE;
    const end = quoted ? endOfQuoted(record, start) : endOfPlain(record, start);
    if (end === undefined) return undefined;
    const value = quoted ? record.slice(start + 1, end - 1) : record.slice(start, end);
    fields.push(quoted && value.includes(QUOTE) ? value.replaceAll('""', QUOTE) : value);
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
function endOfQuoted(record: string, start: number): number | undefined {
  for (let at = record.indexOf(QUOTE, start + 1); at !== -1; at = record.indexOf(QUOTE, at + 2)) {
    if (record[at + 1] === QUOTE) continue;
    return at + 1 === record.length || record[at + 1] === DELIMITER ? at + 1 : undefined;
  }
  return undefined;
}
