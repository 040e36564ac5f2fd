import { isAscii } from 'node:buffer';

import { RecordLines, type RecordBlock } from '../../lake/text/record-lines.ts';

const NEEDS_QUOTES = /[",\r\n]/;
/** More blank lines than this are not written out for the sake of the numbers of those behind them. */
const MOST_BLANK = 1_000;

/** A row as a line of hub's own form, without its end. */
export function lineOf(fields: readonly string[]): string {
  const line = fields.join(',');
  // Most rows hold nothing that needs quotes: as many commas as there are between them, and none of the other signs.
  if (!line.includes('"') && !line.includes('\n') && !line.includes('\r') && fields.every((field) => !field.includes(','))) return line;
  return fields.map((field) => (NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',');
}

/** Puts rows together into blocks of lines, which are scanned as those of hub's own files are; each keeps its number of the file. */
export class RowLines {
  #lines: string[] = [];
  #first = 1;

  /** Adds the line of a row. @returns a block that had to end before it */
  add(text: string, line: number): RecordBlock | undefined {
    const next = this.#first + this.#lines.length;
    if (this.#lines.length > 0 && line >= next && line - next <= MOST_BLANK) {
      while (this.#first + this.#lines.length < line) this.#lines.push('');
      this.#lines.push(text);
      return undefined;
    }
    const ended = this.take();
    this.#first = line;
    this.#lines = [text];
    return ended;
  }

  /** The rows so far. */
  take(): RecordBlock | undefined {
    if (this.#lines.length === 0) return undefined;
    const bytes = Buffer.from(`${this.#lines.join('\n')}\n`);
    this.#lines = [];
    return new RecordLines(bytes, isAscii(bytes), this.#first);
  }
}
