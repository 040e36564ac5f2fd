import { fieldsOf } from './csv-fields.ts';
import { HUB_FORM, type CsvForm } from './csv-form.ts';
import type { LakeRecord } from './record.ts';

const LF = 0x0a;
const CR = 0x0d;

/** Told where a line stands in the bytes, without its line break, and its number. */
export type LineVisitor = (start: number, end: number, line: number) => void;

/**
 * Lines of UTF-8 without NUL bytes, of which each is a whole record, but for blank ones. They stay bytes until somebody asks
 * for a record, as most rows need not become texts at all.
 */
export class RecordLines implements Iterable<LakeRecord> {
  readonly bytes: Buffer;
  /** True: no byte is above 127. */
  readonly isAscii: boolean;
  readonly form: CsvForm;
  readonly #firstLine: number;

  constructor(bytes: Buffer, isAscii: boolean, firstLine: number, form: CsvForm = HUB_FORM) {
    this.form = form;
    this.bytes = bytes;
    this.isAscii = isAscii;
    this.#firstLine = firstLine;
  }

  /** How many lines there are, blank ones too. */
  get length(): number {
    let count = 0;
    for (let start = 0; start < this.bytes.length; count++) start = endOfLine(this.bytes, start) + 1;
    return count;
  }

  /** Visits the lines that are not blank. */
  each(visit: LineVisitor): void {
    const { bytes } = this;
    let line = this.#firstLine;
    for (let start = 0; start < bytes.length; line++) {
      const stop = endOfLine(bytes, start);
      let end = stop;
      while (end > start && bytes[end - 1] === CR) end--;
      if (end > start) visit(start, end, line);
      start = stop + 1;
    }
  }

  /** The record of a line that was visited. */
  record(start: number, end: number, line: number): LakeRecord {
    return new LineRecord(this, start, end, line);
  }

  *[Symbol.iterator](): Generator<LakeRecord> {
    const records: LakeRecord[] = [];
    this.each((start, end, line) => void records.push(this.record(start, end, line)));
    yield* records;
  }
}

/**
 * A record on a line. It is decoded and split whenever its fields are asked for: of a block of records, the fields of one
 * stand in memory at a time.
 */
class LineRecord implements LakeRecord {
  readonly line: number;
  readonly #lines: RecordLines;
  readonly #start: number;
  readonly #end: number;

  constructor(lines: RecordLines, start: number, end: number, line: number) {
    this.#lines = lines;
    this.#start = start;
    this.#end = end;
    this.line = line;
  }

  get raw(): string {
    const { bytes, isAscii } = this.#lines;
    return bytes.toString(isAscii ? 'latin1' : 'utf8', this.#start, this.#end);
  }

  get fields(): string[] {
    return fieldsOf(this.raw, this.#lines.form);
  }
}

function endOfLine(bytes: Buffer, start: number): number {
  const newline = bytes.indexOf(LF, start);
  return newline === -1 ? bytes.length : newline;
}

/** Records in their order. Lines of a file may come as bytes; whoever wants records of them can go through them. */
export type RecordBlock = readonly LakeRecord[] | RecordLines;
