import type { LakePart, RecordBlock } from '../lake/lake.ts';
import type { LakeRecord } from '../lake/record.ts';
import { RecordLines } from '../lake/record-lines.ts';
import type { BatchId } from '../core/time.ts';
import type { Entity } from './contract.ts';
import { DeletionMarks } from './deletion-marks.ts';
import { matchHeader, type HeaderMatch } from './header.ts';
import type { Reject, Repair } from './quarantine.repository.ts';
import { RowParser, type Drift, type RawRow } from './row-parser.ts';
import { RowScanner, type ScannedRow } from './scan/row-scanner.ts';
import { joinBrokenLines } from './shift/broken-lines.ts';
import { LazyProfile } from './shift/profile.ts';
import { repairRow, type RepairOutcome } from './shift/repair.ts';

/** Takes what becomes of the records. */
export interface RowSink {
  row(row: RawRow): void;
  /** Takes rows that are still bytes, if it can. */
  scanned?(row: ScannedRow): void;
  reject(reject: Reject): void;
  repair(repair: Repair): void;
}

interface Held {
  readonly record: LakeRecord;
  readonly row: number;
}

/** Unhealthy rows wait for a complete profile of the healthy ones, but no more of them than this. */
const MOST_HELD = 2_000;
const MOST_LINES_JOINED = 10;

/**
 * Reads the records of one part: healthy rows on the fast path, the others through the shift repair once enough
 * healthy rows were seen to know what the columns hold.
 */
export class PartReader {
  readonly #part: Pick<LakePart, 'name' | 'ragged'>;
  readonly #match: HeaderMatch;
  readonly #parser: RowParser;
  /** Events get columns that are made from others: they are parsed. */
  readonly #scanner: RowScanner | undefined;
  readonly #sink: RowSink;
  readonly #profile: LazyProfile;
  /** Rows that are scanned have nothing in columns that the contract does not know. */
  readonly #deletions: DeletionMarks;
  #held: Held[] = [];
  #nextRow: number;

  /** @throws HubError refused if the header lacks a required column */
  constructor(
    entity: Entity,
    part: Pick<LakePart, 'name' | 'ragged' | 'header'>,
    batch: BatchId,
    firstRow: number,
    drift: Drift,
    sink: RowSink,
    brand: string,
  ) {
    this.#part = part;
    this.#match = matchHeader(entity, part.header);
    this.#parser = new RowParser(entity, this.#match, batch, drift, brand);
    this.#scanner = entity.feed === 'billing' ? new RowScanner(entity, this.#match, batch) : undefined;
    this.#profile = new LazyProfile(part.header.length);
    this.#deletions = new DeletionMarks(entity, this.#match);
    this.#sink = sink;
    this.#nextRow = firstRow;
  }

  /** What the header says about the contract. */
  get header(): HeaderMatch {
    return this.#match;
  }

  /** The position that the next row of the batch gets. */
  get nextRow(): number {
    return this.#nextRow;
  }

  read(block: RecordBlock): void {
    if (block instanceof RecordLines && this.#scanner !== undefined) this.#scan(block, this.#scanner);
    else for (const record of block) this.#parse(record);
    if (this.#profile.isComplete || this.#held.length > MOST_HELD) this.end();
  }

  #scan(lines: RecordLines, scanner: RowScanner): void {
    lines.each((start, end, line) => {
      if (!scanner.scan(lines.bytes, start, end, lines.isAscii, this.#nextRow)) {
        this.#parse(lines.record(start, end, line));
        return;
      }
      this.#nextRow++;
      if (!this.#profile.isComplete) this.#profile.observe(lines.record(start, end, line));
      if (this.#sink.scanned === undefined) this.#sink.row(scanner.toRow());
      else this.#sink.scanned(scanner);
    });
  }

  #parse(record: LakeRecord): void {
    const row = this.#nextRow++;
    const { fields } = record;
    const parsed = record.fault === undefined ? this.#parser.parse(fields, row) : undefined;
    if (parsed === undefined || this.#looksLikeHeader(fields)) {
      this.#held.push({ record, row });
      return;
    }
    this.#deletions.observe(fields);
    this.#profile.observe(record);
    this.#sink.row(parsed);
  }

  /**
   * To be asked when the part is read.
   * @throws HubError refused if a column that hub does not know may mark deleted rows
   */
  requireKnownDeletions(): void {
    this.#deletions.requireNone();
  }

  /** Deals with the rows that still wait. */
  end(): void {
    const held = this.#held;
    this.#held = [];
    for (let index = 0; index < held.length; ) index += this.#mend(held, index);
  }

  /** Deals with the row at the index and tells how many held rows that took: more than one for a broken line. */
  #mend(held: readonly Held[], index: number): number {
    const { record, row } = held[index] as Held;
    if (record.fault !== undefined) {
      this.#reject(record, row, {
        kind: 'quarantine',
        code: record.fault,
        reason: record.fault === 'nul_byte' ? 'The row holds a NUL byte.' : 'The row holds bytes that are not UTF-8.',
      });
      return 1;
    }
    const outcome = repairRow(this.#request(record));
    if (outcome.kind === 'skip') return 1;
    if (outcome.kind === 'quarantine') {
      const joined = this.#join(held, index);
      if (joined > 0) return joined;
    }
    this.#settle(record, row, outcome);
    return 1;
  }

  /** Tries to read the row together with the lines right after it, as a quoted newline that was split; 0 if it is none. */
  #join(held: readonly Held[], index: number): number {
    if (!this.#part.ragged) return 0;
    const lines: Held[] = [];
    for (let next = held[index]; next && lines.length < MOST_LINES_JOINED; next = held[index + lines.length]) {
      if (next.record.fault !== undefined || next.row !== (held[index] as Held).row + lines.length) break;
      lines.push(next);
    }
    const joined = joinBrokenLines(
      { columns: this.#match.columns },
      lines.map(({ record }) => ({ fields: record.fields, ...(record.raw === undefined ? {} : { raw: record.raw }) })),
    );
    const first = lines[0];
    if (joined === undefined || first === undefined) return 0;
    const parsed = this.#parser.parse(joined.fields, first.row);
    if (parsed === undefined) return 0;
    const raw = lines.slice(0, joined.lines).map(({ record }) => rawText(record)).join('\n');
    this.#mended({ fields: joined.fields, line: first.record.line, raw }, parsed, joined);
    return joined.lines;
  }

  #settle(record: LakeRecord, row: number, outcome: Exclude<RepairOutcome, { kind: 'skip' }>): void {
    if (outcome.kind === 'quarantine') {
      this.#reject(record, row, outcome);
      return;
    }
    const fields = outcome.kind === 'fine' ? record.fields : outcome.fields;
    const parsed = this.#parser.parse(fields, row);
    if (parsed === undefined) {
      this.#reject(record, row, { kind: 'quarantine', code: 'unrepairable', reason: 'The mended row does not parse.' });
    } else if (outcome.kind === 'fine') {
      this.#sink.row(parsed);
    } else {
      this.#mended(record, parsed, outcome);
    }
  }

  #mended(
    record: LakeRecord,
    parsed: RawRow,
    { fields, edits }: { readonly fields: readonly (string | null)[]; readonly edits: unknown },
  ): void {
    this.#sink.row(parsed);
    this.#sink.repair({
      part: this.#part.name,
      line: record.line,
      sourceId: parsed.sourceId,
      edits,
      before: rawText(record),
      after: fields,
    });
  }

  #reject(record: LakeRecord, row: number, why: Problem): void {
    const { raw } = record;
    this.#sink.reject({
      part: this.#part.name,
      line: record.line,
      row,
      sourceId: this.#idOf(record),
      code: why.code,
      column: why.column ?? null,
      reason: why.value === undefined ? why.reason : `${why.reason} Found: ${JSON.stringify(why.value.slice(0, 200))}`,
      header: this.#match.header,
      csv: raw !== undefined,
      raw: rawText(record),
    });
  }

  #request(record: LakeRecord): Parameters<typeof repairRow>[0] {
    const { fields, raw } = record;
    return { columns: this.#match.columns, fields, profile: this.#profile.get(), ...(raw === undefined ? {} : { raw }) };
  }

  /** A header that a line-based concatenation repeated can parse as a row where all its columns are texts. */
  #looksLikeHeader(fields: LakeRecord['fields']): boolean {
    return fields[0] === this.#match.header[0] && fields.every((field, index) => field === this.#match.header[index]);
  }

  /** The id of the row if it plainly stands in its place. */
  #idOf({ fields }: LakeRecord): string | null {
    const index = this.#match.columns.findIndex((column) => column?.sql === 'source_id');
    const value = fields[index];
    return typeof value === 'string' && /^[0-9a-f]{32}$/.test(value) ? value : null;
  }
}

interface Problem {
  readonly kind: 'quarantine';
  readonly code: Reject['code'];
  readonly column?: string;
  readonly value?: string;
  readonly reason: string;
}

/** The line as it was read; for a query result, its fields as JSON. */
function rawText({ raw, fields }: LakeRecord): string {
  return raw ?? JSON.stringify(fields);
}
