import type { BatchId } from '../../core/time.ts';
import type { LakePart } from '../../lake/port/lake.ts';
import type { RecordBlock } from '../../lake/text/record-lines.ts';
import type { LakeRecord } from '../../lake/text/record.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { Reject } from '../quarantine/quarantine.repository.ts';
import { RowParser, type Drift, type RawRow } from '../rows/row-parser.ts';
import { describeKind, parserOf } from '../rows/values/kinds.ts';
import { RecordFields, type RecordValues } from './record-fields.ts';

/** Takes what becomes of records. */
export interface RecordSink {
  row(row: RawRow): void;
  reject(reject: Reject): void;
  /** Told of each record of which an erasure left the key alone. */
  erased?(): void;
}

type RecordPart = Pick<LakePart, 'name' | 'records'>;
type Problem = Pick<Reject, 'code' | 'column' | 'reason' | 'sourceId'>;

/** Reads the JSON records of one part. Nothing is repaired in them: a record that does not fit is rejected with the path at fault. */
export class RecordReader {
  readonly #entity: Entity;
  readonly #part: RecordPart;
  readonly #fields: RecordFields;
  readonly #parser: RowParser;
  readonly #sink: RecordSink;
  /** Values by column, in the place of those of the record. */
  readonly #corrections: ReadonlyMap<number, string>;
  #nextRow: number;

  constructor(entity: Entity, part: RecordPart, { batch, brand, firstRow, drift }: { readonly batch: BatchId; readonly brand: string; readonly firstRow: number; readonly drift: Drift }, sink: RecordSink, corrections: ReadonlyMap<number, string> = new Map()) {
    this.#entity = entity;
    this.#part = part;
    this.#sink = sink;
    this.#corrections = corrections;
    this.#nextRow = firstRow;
    this.#fields = new RecordFields(entity, part.records ?? { platform: '', stream: '', account: '' });
    const names = entity.columns.map(({ name }) => name);
    this.#parser = new RowParser(entity, { header: names, columns: entity.columns, names, keyName: names[0] ?? '', unknown: [], absent: [] }, batch, drift, brand);
  }

  get nextRow(): number {
    return this.#nextRow;
  }

  read(block: RecordBlock): void {
    for (const record of block) this.#take(record);
  }

  /** Nothing waits. */
  close(): void {
    // The records of a part do not depend on each other.
  }

  #take(record: LakeRecord): void {
    const row = this.#nextRow++;
    const text = record.raw ?? '';
    const values = this.#fields.of(text);
    if (values === 'erased') {
      this.#sink.erased?.();
      return;
    }
    if (values === undefined) {
      this.#reject(record, row, { code: 'unrepairable', column: null, sourceId: null, reason: 'The line is no JSON object.' });
      return;
    }
    for (const [index, value] of this.#corrections) values[index] = value;
    const parsed = this.#parser.parse(values, row);
    if (parsed === undefined) this.#reject(record, row, whyNot(this.#entity, values));
    else this.#sink.row(parsed);
  }

  #reject({ line, raw = '' }: LakeRecord, row: number, problem: Problem): void {
    this.#sink.reject({ ...problem, part: this.#part.name, line, row, header: this.#entity.columns.map(({ name }) => name), csv: false, raw });
  }
}

/** Where the record is at fault. */
function whyNot(entity: Entity, values: RecordValues): Problem {
  const sourceId = values[0] ?? null;
  for (const [index, column] of entity.columns.entries()) {
    const value = values[index] ?? null;
    if (value === null || value === '') continue;
    if (parserOf(column)(value) !== undefined) continue;
    return { code: 'invalid_value', column: column.name, sourceId, reason: `${column.name} must be ${describeKind(column)}. Found: ${JSON.stringify(value.slice(0, 200))}` };
  }
  const missing = entity.columns.find((column, index) => column.required && (values[index] ?? '') === '');
  const name = missing?.name ?? entity.columns[0]?.name ?? '';
  return { code: 'missing_value', column: name, sourceId, reason: `${name} is missing.` };
}
