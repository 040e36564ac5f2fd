import { fieldsOf } from './csv-fields.ts';
import type { LineBlock } from './csv-lines.ts';
import type { RecordBlock } from './lake.ts';
import type { LakeRecord } from './record.ts';
import { RecordLines } from './record-lines.ts';

const DELIMITER = ',';
const LF = 0x0a;
const QUOTE_BYTE = 0x22;
const QUOTE = '"';
/** A quoted value may span this many lines; beyond it the opening quote is taken for a stray one. */
const MAX_LINES_PER_RECORD = 200;

interface Line {
  readonly text: string;
  readonly number: number;
}

/**
 * Frames lines into records. Lines that are a record each, the great majority, are handed on as they are. A record that spans
 * lines is believed only if it has the header's width: else its opening quote is a stray one that would swallow the lines
 * after it, so the first line stands alone (the shift repair deals with it) and framing goes on with the next line.
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

  /** The records that are complete after this block, in their order. Blank lines are no records. */
  *push({ bytes, isAscii, fault }: LineBlock): Generator<RecordBlock> {
    if (fault !== undefined) {
      yield [...this.end(), { fields: [], line: this.#nextLine++, raw: withoutNewline(bytes.toString('latin1')), fault }];
      return;
    }
    for (let start = 0; start < bytes.length; ) {
      let end = this.#open.length > 0 ? start : endOfWholeLines(bytes, start);
      if (end > start) {
        const lines = new RecordLines(bytes.subarray(start, end), isAscii, this.#nextLine);
        this.#nextLine += lines.length;
        yield lines;
      } else {
        // Twice as many as are open: so each is looked at twice or so, and few are taken that need not be.
        end = endOfLines(bytes, start, 2 + this.#open.length);
        yield this.#frame(linesOf(bytes.toString('utf8', start, end)).map((text) => ({ text, number: this.#nextLine++ })));
      }
      start = end;
    }
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

function recordsOf(groups: readonly (readonly Line[])[]): LakeRecord[] {
  const frames = groups.map((lines) => ({ raw: textOf(lines), line: lines[0]?.number ?? 0 }));
  return frames.filter(({ raw }) => raw !== '').map(({ raw, line }) => ({ fields: fieldsOf(raw), line, raw }));
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

/** Where the lines end that begin here and are a record each: where the first one stands that leaves a quoted value open. */
function endOfWholeLines(bytes: Buffer, start: number): number {
  for (let at = start; ; ) {
    const quote = bytes.indexOf(QUOTE_BYTE, at);
    if (quote === -1) return bytes.length;
    const lineStart = Math.max(start, bytes.lastIndexOf(LF, quote) + 1);
    at = endOfLines(bytes, quote, 1);
    const line = bytes.toString('latin1', lineStart, bytes[at - 1] === LF ? at - 1 : at);
    if (endsInsideQuotes(line, false)) return lineStart;
  }
}

/** Where a number of lines end that begin here, or the bytes. */
function endOfLines(bytes: Buffer, start: number, count: number): number {
  let at = start;
  for (let line = 0; line < count && at < bytes.length; line++) {
    const newline = bytes.indexOf(LF, at);
    at = newline === -1 ? bytes.length : newline + 1;
  }
  return at;
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
