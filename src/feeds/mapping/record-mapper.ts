import { escapedFieldsOf } from '../../lake/text/csv-fields.ts';
import { HUB_FORM } from '../../lake/text/csv-form.ts';
import type { UnmappedRecords } from '../../lake/port/lake.ts';
import type { RecordBlock } from '../../lake/text/record-lines.ts';
import { isBlank, type LakeRecord } from '../../lake/text/record.ts';
import type { FileForm } from '../format/feed-format.ts';
import type { SourceFields } from './cells.ts';
import { planColumns, type ColumnPlan, type MappedFeed } from './column-plan.ts';
import { lineOf, RowLines } from './row-lines.ts';
import { SourceHeader } from './source-header.ts';

/** Records of a file, or the header under which those stand that follow. */
export type SourceBlock = RecordBlock | { readonly header: readonly string[] };

type Form = Pick<FileForm, 'csv' | 'backslashes' | 'skipEnd'>;

/** Turns the records of one file into rows under the contract's header. */
export class RecordMapper {
  readonly #feed: MappedFeed;
  readonly #file: string;
  readonly #form: Form;
  readonly #lines = new RowLines();
  #plan: ColumnPlan;
  #source: SourceHeader;
  /** The last records, which may be no data. */
  #held: LakeRecord[] = [];
  /** The fields of the records of the block, by line. */
  #fields = new Map<number, SourceFields>();

  /** @throws HubError refused if the header lacks a column that the feed names */
  constructor(feed: MappedFeed, form: Form, source: readonly string[], file: string) {
    this.#file = file;
    this.#feed = feed;
    this.#form = form;
    this.#plan = planColumns(feed, source, file);
    this.#source = new SourceHeader(source, file);
  }

  get header(): readonly string[] {
    return this.#plan.header;
  }

  /** True: records are rows as they stand, so that only their header is another one. */
  get isPlain(): boolean {
    const { csv, backslashes, skipEnd } = this.#form;
    return this.#plan.isPlain && csv.delimiter === HUB_FORM.delimiter && csv.quote === HUB_FORM.quote && !backslashes && skipEnd === 0;
  }

  /** What is known of records before they are mapped. */
  get unmapped(): UnmappedRecords {
    const plan = this.#plan;
    return {
      delimiter: this.#form.csv.delimiter,
      readers: plan.readers,
      sourceOf: (line) => this.#fields.get(line),
      map: (fields) => plan.row(fields),
    };
  }

  /** The rows of a block. @param onWidth told how many fields records have under a header that came again */
  *map(block: SourceBlock, onWidth: (width: number) => void = () => undefined): Generator<RecordBlock> {
    this.#fields = new Map();
    if ('header' in block) {
      yield* this.#turnTo(block.header, 1);
      return;
    }
    for (const record of block) {
      this.#held.push(record);
      const next = this.#held.length > this.#form.skipEnd ? this.#held.shift() : undefined;
      if (next === undefined) continue;
      const ended = this.#take(next, onWidth);
      if (ended !== undefined) yield* ended;
    }
    const rest = this.#lines.take();
    if (rest !== undefined) yield rest;
  }

  /** The records of a block as they are, but for a header that came again. Of a file whose records are rows as they stand. */
  *passed(block: RecordBlock, onWidth: (width: number) => void): Generator<RecordBlock> {
    let records: LakeRecord[] = [];
    for (const record of block) {
      const { fields, line } = record;
      if (record.fault !== undefined || !this.#source.isAgain(fields)) {
        records.push(record);
        continue;
      }
      if (records.length > 0) yield records;
      records = [];
      onWidth(fields.length);
      yield* this.#turnTo(fields.map((field) => field ?? ''), line);
    }
    if (records.length > 0) yield records;
  }

  /** Takes a record. @returns the blocks that end with it, if any do: most records become one more line */
  #take(record: LakeRecord, onWidth: (width: number) => void): readonly RecordBlock[] | undefined {
    const { line } = record;
    if (record.fault !== undefined) return this.#after([record]);
    const fields = this.#fieldsOf(record);
    if (isBlank(fields)) return undefined;
    if (this.#source.isAgain(fields)) {
      const header = fields.map((field) => field ?? '');
      onWidth(header.length);
      return this.#turnTo(header, line);
    }
    if (fields.length !== this.#plan.source.length) return this.#after([{ fields, line, unmapped: true }]);
    if (!this.#plan.isRow(fields)) return undefined;
    this.#fields.set(line, fields);
    const row = this.#plan.row(fields);
    const text = lineOf(row);
    if (isLine(text)) {
      const ended = this.#lines.add(text, line);
      return ended && [ended];
    }
    return this.#after([text.includes('\0') ? { fields: [], raw: text.replaceAll('\0', '\\x00'), line, fault: 'nul_byte' } : { fields: row, raw: text, line }]);
  }

  /** A block behind the rows so far. */
  #after(block: RecordBlock): readonly RecordBlock[] {
    const before = this.#lines.take();
    return before === undefined ? [block] : [before, block];
  }

  #fieldsOf(record: LakeRecord): SourceFields {
    const { csv, backslashes } = this.#form;
    return (backslashes && record.raw !== undefined ? escapedFieldsOf(record.raw, csv) : undefined) ?? record.fields;
  }

  /** What follows stands under this header. */
  #turnTo(source: readonly string[], line: number): readonly RecordBlock[] {
    const isSame = source.length === this.#plan.source.length && source.every((name, index) => name === this.#plan.source[index]);
    if (isSame) return [];
    this.#plan = planColumns(this.#feed, source, this.#file);
    this.#source = new SourceHeader(source, this.#file);
    return this.#after([{ fields: this.#plan.header, line, raw: lineOf(this.#plan.header) }]);
  }
}

/** True for what can stand among lines: one line, without what is no text. */
function isLine(text: string): boolean {
  return !text.includes('\n') && !text.includes('\r') && !text.includes('\0') && text !== '';
}
