import { encodeTypedRow } from '../../core/text/row-text.ts';
import type { BatchId, Instant } from '../../core/time.ts';
import type { Column, Entity } from '../../sources/contract/contract.ts';
import { eventCompletion, type EventCompletion, type EventFacts, type UnjoinedReason } from './event.ts';
import type { HeaderMatch } from './header.ts';
import { keyCompletion, type RowCompletion } from './made-key.ts';
import { isNullWord, isOdd, isUsualId, parserOf, type FieldParser } from './values/kinds.ts';
import { storedColumns } from './table.ts';
import { isAheadOfBatch, rowHash, type RowVersion } from './version.ts';

/** A row that parsed: what is stored of it, and what decides whether it wins. */
export interface RawRow extends RowVersion {
  readonly sourceId: string;
  /** Canonical text (core/text/row-text.ts) of the stored columns in table order, then `extra`. */
  readonly text: string;
  /** Of an e-mail event: whom it concerns. */
  readonly event: EventFacts | undefined;
}

/** What was odd but accepted, counted per batch. */
export interface Drift {
  /** Per id column: values that are not 32 lower-case hex digits. */
  readonly unusualIds: Map<string, number>;
  /** Per enum column and value: how often a value outside the listed ones came. */
  readonly unknownValues: Map<string, Map<string, number>>;
  /** Per id column: words for no id, such as `null`, which are empty. */
  readonly nullWords: Map<string, number>;
  /** Rows whose UpdatedDate cannot be true, as their batch was written before it. */
  aheadOfBatch: number;
  /** Per reason: events that can be joined to nobody. */
  readonly unjoined: Map<string, number>;
}

interface Field {
  readonly column: Column | undefined;
  readonly header: string;
  /** Position among the stored columns; -1 for Deleted, for what is not stored as it comes, and for unknown columns. */
  readonly target: number;
  readonly parse: FieldParser;
  /** True: a value that is a usual id needs no parsing. */
  readonly isId: boolean;
}

const MAX_VALUES_LISTED = 20;

/** The fast path for healthy rows of one part: compiled once from contract and header, one pass over the fields. */
export class RowParser {
  readonly #fields: readonly Field[];
  readonly #width: number;
  readonly #stored: number;
  /** Per stored column, whether its values never hold what row texts escape. */
  readonly #plain: readonly boolean[];
  readonly #required: readonly number[];
  readonly #updated: number;
  readonly #batch: BatchId;
  readonly #drift: Drift;
  readonly #complete: EventCompletion | undefined;
  readonly #fillIn: RowCompletion | undefined;
  #refused: UnjoinedReason | undefined;

  constructor(entity: Entity, match: HeaderMatch, batch: BatchId, drift: Drift, brand: string) {
    const stored = storedColumns(entity);
    this.#width = match.header.length;
    this.#stored = stored.length;
    this.#batch = batch;
    this.#drift = drift;
    this.#fillIn = keyCompletion(entity);
    this.#complete = entity.recipient && eventCompletion(entity, entity.recipient, brand);
    this.#plain = stored.map(({ kind }) => !['text', 'enum', 'id'].includes(kind));
    this.#required = stored.flatMap((column, index) => (column.required && index > 0 ? [index] : []));
    this.#updated = stored.findIndex((column) => column.sql === 'updated_date');
    this.#fields = match.columns.map((column, index) => ({
      column,
      header: match.names[index] ?? '',
      target: column === undefined ? -1 : stored.indexOf(column),
      parse: column === undefined ? (text: string) => text : parserOf(column),
      isId: column?.kind === 'id' && column.stored !== false,
    }));
  }

  /** Why the row that was parsed last is refused although it is healthy: it objects for nobody. */
  get refused(): UnjoinedReason | undefined {
    return this.#refused;
  }

  /**
   * The parsed row, or undefined if it is not healthy: wrong width, a value not of its kind, a required one missing.
   * @param position of the row in its batch, from 1
   */
  parse(values: readonly (string | null)[], position: number): RawRow | undefined {
    this.#refused = undefined;
    if (values.length !== this.#width) return undefined;
    const row: (string | null)[] = new Array<string | null>(this.#stored + 1).fill(null);
    let deleted = false;
    let hidden: string | null = null;
    let extra: Record<string, string> | undefined;
    let odd: Field[] | undefined;
    let nulls: string[] | undefined;
    for (let i = 0; i < this.#fields.length; i++) {
      const value = values[i];
      if (value === null || value === undefined || value === '') continue;
      const field = this.#fields[i] as Field;
      if (field.isId && isUsualId(value)) {
        row[field.target] = value;
        continue;
      }
      const canonical = field.parse(value);
      if (canonical === undefined) return undefined;
      if (canonical === null) {
        if (field.isId && isNullWord(value)) (nulls ??= []).push(field.column?.name ?? '');
        continue;
      }
      if (field.column !== undefined && isOdd(field.column, canonical)) (odd ??= []).push(field);
      if (field.target >= 0) row[field.target] = canonical;
      else if (field.column === undefined) (extra ??= emptyRecord())[field.header] = canonical;
      else if (field.column.stored === false) hidden = canonical;
      else deleted = canonical === '1';
    }
    if (extra !== undefined) row[this.#stored] = JSON.stringify(extra);
    if (!deleted && this.#required.some((index) => row[index] === null)) return undefined;
    if (this.#fillIn?.(row) === false) return undefined;
    const event = this.#complete?.(row, hidden);
    if (event !== undefined && 'refused' in event) {
      this.#refused = event.refused;
      return undefined;
    }
    const sourceId = row[0];
    if (sourceId === null || sourceId === undefined) return undefined;
    if (odd !== undefined) this.#countDrift(row, odd);
    for (const name of nulls ?? []) count(this.#drift.nullWords, name);
    const updatedDate = (row[this.#updated] ?? null) as Instant | null;
    if (isAheadOfBatch({ updatedDate, batch: this.#batch })) this.#drift.aheadOfBatch++;
    if (event !== undefined && event.unjoined !== null) count(this.#drift.unjoined, event.unjoined);
    const text = encodeTypedRow(row, this.#plain);
    return {
      sourceId,
      text,
      hash: rowHash(text, deleted),
      updatedDate,
      deleted,
      batch: this.#batch,
      row: position,
      event,
    };
  }

  #countDrift(row: readonly (string | null)[], odd: readonly Field[]): void {
    for (const { column, target } of odd) {
      const value = row[target];
      if (column === undefined || value === null || value === undefined) continue;
      if (column.kind === 'id') {
        count(this.#drift.unusualIds, column.name);
      } else {
        const seen = this.#drift.unknownValues.get(column.name) ?? new Map<string, number>();
        this.#drift.unknownValues.set(column.name, seen);
        if (seen.has(value) || seen.size < MAX_VALUES_LISTED) count(seen, value);
      }
    }
  }
}

/** Without a prototype: a column may be called `__proto__`. */
function emptyRecord(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
