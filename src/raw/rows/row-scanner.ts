import { checksumOfBytes } from '../../core/hash.ts';
import { decodeValue, encodeValue } from '../../core/text/row-text.ts';
import type { BatchId, Instant } from '../../core/time.ts';
import type { Column, Entity } from '../../sources/contract/contract.ts';
import type { HeaderMatch } from './header.ts';
import { isOdd, parserOf, type FieldParser } from './values/kinds.ts';
import type { RawRow } from './row-parser.ts';
import { storedColumns } from './table.ts';
import { latestChange } from './version.ts';
import { NOT_USUAL, type FieldScanner } from './values/bytes.ts';
import { MOST_ADDED_BYTES, scannerOf } from './values/fields.ts';

/** A row that was scanned. It holds until the next one is. */
export interface ScannedRow {
  /** Begins with the canonical text of the stored columns and `extra`, as RawRow.text has it. */
  readonly bytes: Buffer;
  /** Where that ends. */
  readonly end: number;
  /** True: no byte of it is above 127. */
  readonly isAscii: boolean;
  readonly hash: string;
  readonly batch: BatchId;
  readonly row: number;
  /** The same as the parser would give it. */
  toRow(): RawRow;
}

interface Field {
  readonly column: Column;
  /** Position in the line; -1 for a column that the part lacks. */
  readonly source: number;
  readonly scan: FieldScanner;
  readonly parse: FieldParser;
}

const [TAB, QUOTE, COMMA, DIGIT_0, DIGIT_9, BACKSLASH, LETTER_N, LETTER_A, LETTER_F] = [0x09, 0x22, 0x2c, 0x30, 0x39, 0x5c, 0x4e, 0x61, 0x66];
const KEY_LENGTH = 32;
const NULL_BYTES = 2;

/**
 * Makes the canonical text of a row byte by byte from its line, if that is one of the usual: values in their usual spelling,
 * nothing deleted, nothing odd. What it does not take, RowParser decides about; what it takes, RowParser would take as the
 * same row.
 */
export class RowScanner implements ScannedRow {
  bytes = Buffer.allocUnsafeSlow(1 << 12);
  end = 0;
  isAscii = true;
  hash = '';
  row = 0;
  readonly batch: BatchId;
  readonly #fields: readonly Field[];
  /** Positions in the line of columns that must be empty: those that the contract does not know. */
  readonly #unknown: readonly number[];
  /** Position of Deleted in the line. */
  readonly #deleted: number;
  readonly #scanDeleted: FieldScanner | undefined;
  readonly #updated: number;
  /** The last UpdatedDate that the batch can know. */
  readonly #latestChange: Buffer;
  /** Where the fields of the line stand, without quotes around them, and where the columns of the text end. */
  readonly #starts: Int32Array;
  readonly #ends: Int32Array;
  readonly #textEnds: Int32Array;

  constructor(entity: Entity, match: HeaderMatch, batch: BatchId) {
    const stored = storedColumns(entity);
    const deleted = match.columns.findIndex((column) => column?.sql === 'deleted');
    this.batch = batch;
    this.#fields = stored.map((column) => ({ column, source: match.columns.indexOf(column), scan: scannerOf(column), parse: parserOf(column) }));
    this.#unknown = match.columns.flatMap((column, index) => (column === undefined ? [index] : []));
    this.#deleted = deleted;
    this.#scanDeleted = match.columns[deleted] && scannerOf(match.columns[deleted]);
    this.#updated = stored.findIndex(({ sql }) => sql === 'updated_date');
    this.#latestChange = Buffer.from(latestChange(batch), 'latin1');
    this.#starts = new Int32Array(match.header.length);
    this.#ends = new Int32Array(match.header.length);
    this.#textEnds = new Int32Array(stored.length);
  }

  /**
   * Scans a line.
   * @param position of the row in its batch, from 1
   * @returns false if it is for RowParser
   */
  scan(input: Buffer, start: number, end: number, isAscii: boolean, position: number): boolean {
    if (!this.#split(input, start, end) || !this.#isUsual(input)) return false;
    // Escapes double a byte, and an absent column takes three.
    const most = (end - start) * 2 + this.#fields.length * (NULL_BYTES + 1 + MOST_ADDED_BYTES) + NULL_BYTES;
    if (most > this.bytes.length) this.bytes = Buffer.allocUnsafeSlow(most * 2);
    const { bytes } = this;
    let at = 0;
    for (let index = 0; index < this.#fields.length; index++) {
      at = this.#write(this.#fields[index] as Field, input, at);
      if (at === NOT_USUAL) return false;
      this.#textEnds[index] = at;
      bytes[at++] = TAB;
    }
    if (this.#isAheadOfBatch()) return false;
    this.end = writeNull(bytes, at);
    this.hash = checksumOfBytes(bytes.subarray(0, this.end));
    this.row = position;
    this.isAscii = isAscii;
    return true;
  }

  toRow(): RawRow {
    const text = this.bytes.toString(this.isAscii ? 'latin1' : 'utf8', 0, this.end);
    return {
      sourceId: this.#value(0) ?? '',
      text,
      hash: this.hash,
      updatedDate: this.#updated === -1 ? null : (this.#value(this.#updated) as Instant | null),
      deleted: false,
      batch: this.batch,
      row: this.row,
      event: undefined,
    };
  }

  /** True for an UpdatedDate that the batch cannot know, which is counted. */
  #isAheadOfBatch(): boolean {
    if (this.#updated === -1) return false;
    const start = this.#updated === 0 ? 0 : (this.#textEnds[this.#updated - 1] as number) + 1;
    const latest = this.#latestChange;
    // Mostly the year or the month tells; a null sorts before every year.
    for (let at = start, place = 0; place < latest.length; at++, place++) {
      const difference = (this.bytes[at] as number) - (latest[place] as number);
      if (difference !== 0) return difference > 0 && this.bytes[start] !== BACKSLASH;
    }
    return false;
  }

  /** Finds the fields. False if there are more or fewer than the header has, or one holds a quote, or what may be a row. */
  #split(input: Buffer, start: number, end: number): boolean {
    const [starts, ends] = [this.#starts, this.#ends];
    let at = start;
    for (let field = 0; field < ends.length; field++) {
      const isQuoted = at < end && input[at] === QUOTE;
      const from = isQuoted ? at + 1 : at;
      let to = from;
      while (to < end && input[to] !== QUOTE && (isQuoted || input[to] !== COMMA)) to++;
      if (isQuoted && mayHoldRow(input, from, to)) return false;
      at = isQuoted ? to + 1 : to;
      starts[field] = from;
      ends[field] = to;
      if (at >= end) return at === end && field === ends.length - 1;
      if (input[at] !== COMMA) return false;
      at++;
    }
    return false;
  }

  /** True for a row that is not deleted and has nothing in columns that the contract does not know. */
  #isUsual(input: Buffer): boolean {
    for (const index of this.#unknown) if (this.#starts[index] !== this.#ends[index]) return false;
    if (this.#deleted === -1) return true;
    const from = this.#starts[this.#deleted] as number;
    const to = this.#ends[this.#deleted] as number;
    return from === to || (this.#scanDeleted?.(input, from, to, this.bytes, 0) === 1 && this.bytes[0] === DIGIT_0);
  }

  /** Writes a column. @returns where it ends, or NOT_USUAL if the row is for RowParser */
  #write({ column, source, scan, parse }: Field, input: Buffer, at: number): number {
    const from = source === -1 ? 0 : (this.#starts[source] as number);
    const to = source === -1 ? 0 : (this.#ends[source] as number);
    if (from === to) return column.required ? NOT_USUAL : writeNull(this.bytes, at);
    const end = scan(input, from, to, this.bytes, at);
    if (end !== NOT_USUAL) return end;
    const value = parse(input.toString('utf8', from, to));
    // An id that is empty by its word is counted.
    if (value === null) return column.required || column.kind === 'id' ? NOT_USUAL : writeNull(this.bytes, at);
    if (value === undefined || isOdd(column, value)) return NOT_USUAL;
    return at + this.bytes.write(encodeValue(value), at, 'utf8');
  }

  /** The value of a column that holds ASCII: an id, an instant. */
  #value(index: number): string | null {
    const start = index === 0 ? 0 : (this.#textEnds[index - 1] as number) + 1;
    const end = this.#textEnds[index] as number;
    return decodeValue(this.bytes.toString('latin1', start, end));
  }
}

/** True if 32 hex digits stand in a longer value, as the key of another row does (shift/row-seams.ts). */
function mayHoldRow(input: Buffer, start: number, end: number): boolean {
  if (end - start <= KEY_LENGTH) return false;
  // So many digits cannot stand between two of these places.
  for (let at = start + KEY_LENGTH - 1; at < end; at += KEY_LENGTH) {
    let [from, to] = [at, at];
    while (from > start && isHexDigit(input[from - 1] as number)) from--;
    while (to < end && isHexDigit(input[to] as number)) to++;
    if (to - from >= KEY_LENGTH) return true;
  }
  return false;
}

function isHexDigit(byte: number): boolean {
  return (byte >= DIGIT_0 && byte <= DIGIT_9) || (byte >= LETTER_A && byte <= LETTER_F);
}

function writeNull(bytes: Buffer, at: number): number {
  bytes[at] = BACKSLASH;
  bytes[at + 1] = LETTER_N;
  return at + NULL_BYTES;
}
