import { ownCopy } from '../core/own-copy.ts';
import { encodeValue } from '../core/row-text.ts';
import type { Slabs } from '../core/text-log.ts';
import type { BatchId } from '../core/time.ts';
import type { Entity } from './contract.ts';
import { planKey, type RowCounter } from './plan-rows.ts';
import type { RawRow } from './row-parser.ts';
import type { ScannedRow } from './row-scanner.ts';
import { keyOfText, placeOf, rowText, rowTexts, type RowTexts, type TextRow } from './row-state.ts';
import { SeenKeys } from './seen-keys.ts';
import { TextSorter, type Room } from './text-sorter.client.ts';

/** A row that another batch took the place of; both as row texts. */
export interface Replacement {
  readonly before: string;
  readonly after: string;
  readonly action: 'update' | 'delete';
}

/** What some keys in a row come to. */
export interface DecidedRows {
  /** Of each key the row to be written, as its text. */
  readonly texts: readonly string[];
  /** What happened to the keys on the way there, those of a key in their order. */
  readonly replacements: readonly Replacement[];
}

/** Told what each row comes to. */
export type TextCounter = RowCounter<Pick<TextRow, 'batch'>, Pick<TextRow, 'batch'>>;

/**
 * The rows of a feed of which nothing is stored yet, sorted by their keys before they are written: a table that is filled
 * in order takes half the server's work, and nothing needs to be looked up in it. What becomes of each row is what would
 * become of it if each batch had been stored before the next was compared.
 */
export class NewRows {
  /** How many rows were added, dropped ones included. */
  size = 0;
  readonly #entity: Entity;
  readonly #brand: string;
  readonly #changeNo: number;
  readonly #read: RowTexts;
  readonly #sorter: TextSorter;
  readonly #dropped = new Set<BatchId>();
  #written: SeenKeys | undefined;

  /** @param slabs shared by what holds rows in the same run */
  constructor(entity: Entity, brand: string, changeNo: number, slabs: Slabs, room?: Room) {
    this.#entity = entity;
    this.#brand = brand;
    this.#changeNo = changeNo;
    this.#read = rowTexts(entity);
    this.#sorter = new TextSorter(keyOfText, slabs, room);
  }

  /**
   * Adds rows; the batches in their order, and the rows of each in theirs.
   * @returns those whose key may be written already, and few others: they are not added
   */
  add(rows: readonly RawRow[]): RawRow[] {
    const others: RawRow[] = [];
    for (const row of rows) {
      const key = ownCopy(encodeValue(row.sourceId));
      // A copy, as a row holds on to the whole text that it was cut out of.
      if (this.#written?.mayHave(key) === true) others.push(structuredClone(row));
      else {
        this.#sorter.add(key, rowText(this.#entity, this.#brand, row, this.#changeNo));
        this.size++;
      }
    }
    return others;
  }

  /** Adds a row of which nothing is written. */
  addScanned(row: ScannedRow): void {
    const text = row.bytes.toString('utf8', 0, row.end);
    const key = ownCopy(text.slice(0, text.indexOf('\t')));
    this.#sorter.add(key, `${encodeValue(this.#brand)}\t${text}\t${row.hash}\t\\N\t${row.batch}\t${row.row}\t${this.#changeNo}`);
    this.size++;
  }

  /** To be called every some thousand rows. @returns false if there is no room for more of them */
  makeRoom(): Promise<boolean> {
    return this.#sorter.makeRoom();
  }

  /** Leaves the rows of a batch out. */
  drop(batch: BatchId): void {
    this.#dropped.add(batch);
  }

  /** Decides about all rows in the order of their keys; it can be asked again. @param count told of each row */
  async *decided(count: TextCounter): AsyncGenerator<DecidedRows> {
    const same: string[] = [];
    let last: string | undefined;
    for await (const sorted of this.#sorter.sorted()) {
      const decided = newDecisions();
      for (const { key, text } of sorted) {
        if (key !== last) this.#decide(same.splice(0), count, decided);
        last = key;
        if (this.#dropped.size === 0 || !this.#dropped.has(placeOf(text).batch)) same.push(text);
      }
      yield decided;
    }
    const decided = newDecisions();
    this.#decide(same, count, decided);
    yield decided;
  }

  /** Forgets the rows, but for that their keys are written by now. */
  async markWritten(): Promise<void> {
    this.#written ??= new SeenKeys();
    for await (const sorted of this.#sorter.sorted()) for (const { key } of sorted) this.#written.add(key);
    await this.clear();
  }

  /** Forgets the rows. */
  async clear(): Promise<void> {
    await this.#sorter.clear();
  }

  /** @param texts of one key, oldest batch first */
  #decide(texts: readonly string[], count: TextCounter, { texts: written, replacements }: ReturnType<typeof newDecisions>): void {
    const [only] = texts;
    if (only === undefined) return;
    if (texts.length === 1) {
      // As planKey would; but most rows stand alone, and taking one apart costs more than all the rest.
      const place = placeOf(only);
      count(place, place.deleted ? 'delete' : 'insert', undefined);
      written.push(only);
      return;
    }
    const plan = planKey<TextRow, TextRow>(texts.map((text) => this.#read.row(text)), undefined, count);
    if (plan === undefined) return;
    written.push(plan.row.line);
    for (const { row, before, decision } of plan.changes) {
      if (before !== undefined) replacements.push({ before: before.line, after: row.line, action: decision === 'delete' ? 'delete' : 'update' });
    }
  }
}

function newDecisions(): { texts: string[]; replacements: Replacement[] } {
  return { texts: [], replacements: [] };
}
