import type { BatchId } from '../../core/time.ts';
import type { LakePart } from '../../lake/port/lake.ts';
import type { RecordBlock } from '../../lake/text/record-lines.ts';
import { isBlank, type LakeRecord } from '../../lake/text/record.ts';
import { RecordLines } from '../../lake/text/record-lines.ts';
import { normaliseHeader, type Entity } from '../../sources/contract/contract.ts';
import { DeletionMarks } from '../rows/deletion-marks.ts';
import { isHeader, matchHeader, type HeaderMatch } from '../rows/header.ts';
import type { Reject, Repair } from '../quarantine/quarantine.repository.ts';
import { RowMender, type HeldRows } from './row-mender.ts';
import { UnmappedRows } from './unmapped-rows.ts';
import { RowParser, type Drift, type RawRow } from '../rows/row-parser.ts';
import { RowScanner, type ScannedRow } from '../rows/row-scanner.ts';
import { LazyProfile } from '../shift/profile.ts';
import { RowSeams } from '../shift/row-seams.ts';

/** Takes what becomes of the records. */
export interface RowSink {
  row(row: RawRow): void;
  /** Takes rows that are still bytes, if it can. */
  scanned?(row: ScannedRow): void;
  reject(reject: Reject): void;
  repair(repair: Repair): void;
  /** Told each header of the part. */
  header?(match: HeaderMatch): void;
}

/** The part that is read; how it frames its records is told to it when its header changes. */
type ReadPart = Pick<LakePart, 'name' | 'ragged' | 'header' | 'setWidth' | 'unmapped'>;

/** What rows are read with that stand under one header. */
interface Reading {
  readonly match: HeaderMatch;
  /** Of a file in a form of its own. */
  readonly unmapped: UnmappedRows | undefined;
  readonly parser: RowParser;
  /** None if rows get columns that are made from others: then they are parsed. */
  readonly scanner: RowScanner | undefined;
  readonly profile: LazyProfile;
  readonly seams: RowSeams;
  readonly mender: RowMender;
  /** Rows that are scanned have nothing in columns that the contract does not know. */
  readonly deletions: DeletionMarks;
}

/** Unhealthy rows wait for a complete profile of the healthy ones, but no more of them than this, in number and in characters. */
const MOST_HELD = 2_000;
const MOST_HELD_CHARACTERS = 1 << 23;
const ESCAPED_QUOTE = '\\"';

/**
 * Reads the records of one part: healthy rows on the fast path, the others through the shift repair once enough
 * healthy rows were seen to know what the columns hold.
 */
export class PartReader {
  readonly #entity: Entity;
  readonly #part: ReadPart;
  readonly #batch: BatchId;
  readonly #drift: Drift;
  readonly #sink: RowSink;
  readonly #brand: string;
  #reading: Reading;
  #held: HeldRows[] = [];
  #heldCharacters = 0;
  #nextRow: number;

  /** @throws HubError refused if the header lacks a required column; so do `read` and `end`, of a header that comes again */
  constructor(entity: Entity, part: ReadPart, batch: BatchId, firstRow: number, drift: Drift, sink: RowSink, brand: string) {
    this.#entity = entity;
    this.#part = part;
    this.#batch = batch;
    this.#drift = drift;
    this.#sink = sink;
    this.#brand = brand;
    this.#nextRow = firstRow;
    this.#reading = this.#under(part.header, 1);
  }

  /** The position that the next row of the batch gets. */
  get nextRow(): number {
    return this.#nextRow;
  }

  read(block: RecordBlock): void {
    if (block instanceof RecordLines && this.#reading.scanner !== undefined) this.#scan(block);
    else for (const record of block) this.#take(record);
    if (this.#reading.profile.isComplete || this.#held.length > MOST_HELD || this.#heldCharacters > MOST_HELD_CHARACTERS) this.end();
  }

  /**
   * To be called when the part, or what stands under one of its headers, is read.
   * @throws HubError refused if a column that hub does not know may mark deleted rows
   */
  close(): void {
    this.end();
    this.#reading.deletions.requireNone();
  }

  /** Deals with the rows that still wait. */
  end(): void {
    const held = this.#held;
    this.#held = [];
    this.#heldCharacters = 0;
    this.#reading.mender.mend(held);
  }

  #under(header: readonly string[], line: number): Reading {
    const match = matchHeader(this.#entity, header, line);
    this.#sink.header?.(match);
    const parser = new RowParser(this.#entity, match, this.#batch, this.#drift, this.#brand);
    const profile = new LazyProfile(header.length);
    const names = [...header, ...this.#entity.columns.map((column) => column.name)];
    const seams = new RowSeams(match.columns, names, (fields) => isHeader(this.#entity, header, fields));
    const { name, ragged, unmapped } = this.#part;
    const own = unmapped && new UnmappedRows(unmapped, match);
    return {
      match,
      unmapped: own,
      parser,
      scanner: this.#entity.derived.length === 0 && this.#entity.keyOf === undefined ? new RowScanner(this.#entity, match, this.#batch) : undefined,
      profile,
      seams,
      mender: new RowMender({ part: name, ragged, ...(own && { unmapped: own }), match, parser, seams, sink: this.#sink, profile: () => profile.get() }),
      deletions: new DeletionMarks(this.#entity, match),
    };
  }

  #scan(lines: RecordLines): void {
    lines.each((start, end, line) => {
      const { scanner, profile } = this.#reading;
      if (scanner?.scan(lines.bytes, start, end, lines.isAscii, this.#nextRow) !== true) {
        this.#take(lines.record(start, end, line));
        return;
      }
      this.#nextRow++;
      if (!profile.isComplete) profile.observe(lines.record(start, end, line));
      if (this.#sink.scanned === undefined) this.#sink.row(scanner.toRow());
      else this.#sink.scanned(scanner);
    });
  }

  #take(record: LakeRecord): void {
    const { fields } = record;
    if (record.fault !== undefined || record.unmapped === true) {
      this.#hold([record]);
      return;
    }
    if (isBlank(fields)) return;
    const { seams } = this.#reading;
    const isEscaped = fields.some((field) => field?.includes(ESCAPED_QUOTE) === true);
    const isOdd = isEscaped || seams.mayHoldRow(fields);
    if (!isOdd && this.#pass(record, fields)) return;
    if (isHeader(this.#entity, this.#reading.match.header, fields)) {
      this.#turnTo(record);
      return;
    }
    // The text of a mapped record is not that of the file, in which rows that stand in one record would be told apart.
    const rows = this.#reading.unmapped === undefined ? seams.rowsIn(record) : [record];
    if (rows.length > 1) this.#takeEach(rows);
    else if (!isOdd || isEscaped || seams.holdsRow(fields, false) || !this.#pass(record, fields)) this.#hold(rows);
  }

  /** Passes a healthy row on; false if it is none. */
  #pass(record: LakeRecord, fields: LakeRecord['fields']): boolean {
    const { match, parser } = this.#reading;
    // A header can parse as a row where all its columns are texts.
    if (fields.includes(match.keyName) && isHeader(this.#entity, match.header, fields)) return false;
    const parsed = parser.parse(fields, this.#nextRow);
    if (parsed === undefined) return false;
    this.#nextRow++;
    this.#reading.deletions.observe(fields);
    this.#reading.profile.observe(record);
    this.#sink.row(parsed);
    return true;
  }

  /** Takes the rows that stood in one record; a header among them is one. */
  #takeEach(rows: readonly LakeRecord[]): void {
    let together: LakeRecord[] = [];
    for (const row of rows) {
      if (!isHeader(this.#entity, this.#reading.match.header, row.fields)) {
        together.push(row);
        continue;
      }
      this.#hold(together);
      together = [];
      this.#turnTo(row);
    }
    this.#hold(together);
  }

  #hold(records: readonly LakeRecord[]): void {
    if (records.length === 0) return;
    const { unmapped } = this.#reading;
    this.#held.push({ records: unmapped === undefined ? records : records.map((record) => unmapped.sourceOf(record)), row: this.#nextRow });
    this.#nextRow += records.length;
    for (const { raw } of records) this.#heldCharacters += raw?.length ?? 0;
  }

  /** What follows stands under this header. */
  #turnTo({ fields, line }: LakeRecord): void {
    const header = fields.map((field) => field ?? '');
    const { header: before } = this.#reading.match;
    if (header.length === before.length && header.every((name, index) => normaliseHeader(name) === normaliseHeader(before[index] ?? ''))) return;
    this.close();
    this.#reading = this.#under(header, line);
    this.#part.setWidth?.(header.length);
  }
}
