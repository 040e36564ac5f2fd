import { parse } from 'csv-parse/sync';

import type { TextBlock } from './csv-lines.ts';
import type { LakeRecord } from './lake.ts';

const DELIMITER = ',';
const QUOTE = '"';
/** A quoted value may span this many lines; beyond it the opening quote is taken for a stray one. */
const MAX_LINES_PER_RECORD = 200;

interface Line {
  readonly text: string;
  readonly number: number;
}

/**
 * Frames lines into records and splits them into fields. Lines whose quotes are as they should be, the great majority, are
 * split here; the others go through csv-parse. A record that spans lines is believed only if it has the header's width: else its
 * opening quote is a stray one that would swallow the lines after it, so the first line stands alone (the shift repair
 * deals with it) and framing goes on with the next line.
 */
export class RecordFramer {
  readonly #width: number;
  #nextLine: number;
  #open: Line[] = [];

  /** @param width number of fields of the header; @param firstLine number of the first line that will come */
  constructor(width: number, firstLine: number) {
    this.#width = width;
    this.#nextLine = firstLine;
  }

  /** The records that are complete after this block. Blank lines are no records. */
  push(block: TextBlock): LakeRecord[] {
    if (block.fault !== undefined) {
      const number = this.#nextLine++;
      return [...this.end(), { fields: [], line: number, raw: withoutNewline(block.text), fault: block.fault }];
    }
    const lines = linesOf(block.text);
    if (this.#open.length === 0 && !block.text.includes(QUOTE)) return this.#splitPlain(lines);
    return this.#frame(lines.map((text) => ({ text, number: this.#nextLine++ })));
  }

  /** The records left when no more lines come. */
  end(): LakeRecord[] {
    const records: LakeRecord[] = [];
    while (this.#open.length > 0) {
      const [first, ...rest] = this.#open as [Line, ...Line[]];
      this.#open = [];
      records.push(...recordsOf([[first]]), ...this.#frame(rest));
    }
    return records;
  }

  #splitPlain(lines: readonly string[]): LakeRecord[] {
    const records: LakeRecord[] = [];
    for (const raw of lines) {
      const line = this.#nextLine++;
      const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      if (text !== '') records.push(new PlainRecord(text, line));
    }
    return records;
  }

  #frame(lines: readonly Line[]): LakeRecord[] {
    const complete: Line[][] = [];
    const queue = [...this.#open, ...lines].reverse();
    this.#open = [];
    let inside = false;
    for (let line = queue.pop(); line !== undefined; line = queue.pop()) {
      this.#open.push(line);
      inside = endsInsideQuotes(line.text, inside);
      if (inside && this.#open.length < MAX_LINES_PER_RECORD) continue;
      if (this.#open.length === 1 || (!inside && fieldsOf(textOf(this.#open)).length === this.#width)) {
        complete.push(this.#open);
      } else {
        const [first, ...swallowed] = this.#open as [Line, ...Line[]];
        complete.push([first]);
        queue.push(...swallowed.reverse());
      }
      this.#open = [];
      inside = false;
    }
    return recordsOf(complete);
  }
}

/**
 * A record without quotes. It is split whenever its fields are asked for: of a block of records, the fields of one stand
 * in memory at a time.
 */
class PlainRecord implements LakeRecord {
  readonly raw: string;
  readonly line: number;

  constructor(raw: string, line: number) {
    this.raw = raw;
    this.line = line;
  }

  get fields(): string[] {
    return this.raw.split(DELIMITER);
  }
}

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

function recordsOf(groups: readonly (readonly Line[])[]): LakeRecord[] {
  const frames = groups.map((lines) => ({ raw: textOf(lines), line: lines[0]?.number ?? 0 })).filter(({ raw }) => raw !== '');
  const clean = frames.map(({ raw }) => (raw.includes(QUOTE) ? splitClean(raw) : 'plain'));
  const split = splitTogether(frames.map(({ raw }) => raw).filter((_, index) => clean[index] === undefined));
  let next = 0;
  return frames.map(({ raw, line }, index): LakeRecord => {
    const fields = clean[index];
    return fields === 'plain' ? new PlainRecord(raw, line) : { fields: fields ?? split?.[next++] ?? fieldsOf(raw), line, raw };
  });
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

/** One call of the parser for all records of a block; undefined if they do not come out one by one. */
function splitTogether(records: readonly string[]): string[][] | undefined {
  try {
    const rows = parse(records.join('\n'), { relax_quotes: true, relax_column_count: true, record_delimiter: ['\n', '\r\n'] });
    return rows.length === records.length ? rows : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a quoted value is open after the line: a quote opens at the start of a field and closes before a delimiter. */
function endsInsideQuotes(line: string, inside: boolean): boolean {
  const end = line.endsWith('\r') ? line.length - 1 : line.length;
  for (let at = line.indexOf(QUOTE); at !== -1 && at < end; at = line.indexOf(QUOTE, at + 1)) {
    if (!inside) inside = at === 0 || line[at - 1] === DELIMITER;
    else if (line[at + 1] === QUOTE) at++;
    else if (at + 1 === end || line[at + 1] === DELIMITER) inside = false;
  }
  return inside;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function textOf(lines: readonly Line[]): string {
  const text = lines.length === 1 ? (lines[0]?.text ?? '') : lines.map((line) => line.text).join('\n');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function withoutNewline(text: string): string {
  return text.replace(/\r?\n?$/, '');
}
