import type { ColumnType } from '../declare/column-types.ts';

/** How a CSV is written. */
export interface CsvOptions {
  readonly delimiter: ',' | ';' | '\t';
  readonly decimal: '.' | ',';
}

/** A value as answers show it. */
export type ShownValue = string | number | boolean | null;

/** A text that begins so is a formula for a spreadsheet; also in full width, which some of them fold. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/u;
const PLAIN: Readonly<Record<CsvOptions['delimiter'], RegExp>> = { ',': /[",\r\n]/, ';': /[";\r\n]/, '\t': /["\t\r\n]/ };
const NUMBERS: readonly ColumnType[] = ['money', 'decimal', 'integer'];

/** A cell of a CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe; numbers never do. */
export function csvCell(value: ShownValue, type: ColumnType, { delimiter, decimal }: CsvOptions): string {
  if (value === null) return '';
  const text = String(value);
  if (type !== 'text') return quoted(decimal === ',' && NUMBERS.includes(type) ? text.replace('.', ',') : text, delimiter);
  return quoted(FORMULA.test(text) ? `'${text}` : text, delimiter);
}

/** Cells of a row, with its end. */
export function csvLine(cells: readonly string[], { delimiter }: CsvOptions): string {
  return `${cells.join(delimiter)}\r\n`;
}

function quoted(text: string, delimiter: CsvOptions['delimiter']): string {
  return PLAIN[delimiter].test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
