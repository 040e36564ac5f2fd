import { isAscii } from 'node:buffer';

import type { Slabs } from '../../../core/text/line-log.ts';
import { encodeValue } from '../../../core/text/row-text.ts';
import type { BatchId } from '../../../core/time.ts';
import type { Entity } from '../../../sources/contract/contract.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import type { ScannedRow } from '../../rows/row-scanner.ts';
import { LineSorter, type SortCapacity } from '../../store/sort/line-sorter.client.ts';
import { DecidedRows, NO_BYTES } from './decided-rows.ts';
import { planKey, type RowCounter } from './plan-rows.ts';
import { RowLine } from './row-line.ts';
import { keyOfText, PlaceReader, rowTexts, type RowPlace, type RowTexts, type TextRow } from './row-state.ts';
import { SeenKeys } from './seen-keys.ts';

/** Told what each row comes to. */
export type TextCounter = RowCounter<Pick<RowPlace, 'batch'>, Pick<RowPlace, 'batch'>>;

/**
 * The rows of a feed of which nothing is stored yet, sorted by their keys before they are written: a table that is filled
 * in order takes half the server's work, and nothing needs to be looked up in it. What becomes of each row is what would
 * become of it if each batch had been stored before the next was compared.
 */
export class SortedRows {
  /** How many rows were added, dropped ones included. */
  size = 0;
  /** True: no byte of theirs is above 127. */
  isAscii = true;
  readonly #line: RowLine;
  readonly #read: RowTexts;
  readonly #sorter: LineSorter;
  readonly #dropped = new Set<BatchId>();
  #written: SeenKeys | undefined;

  /** @param slabs shared by what holds rows in the same run */
  constructor(entity: Entity, brand: string, changeNo: number, slabs: Slabs, capacity?: SortCapacity) {
    this.#line = new RowLine(entity, brand, changeNo);
    this.#read = rowTexts(entity);
    this.#sorter = new LineSorter(this.#line.keyStart, slabs, capacity);
  }

  /**
   * Adds rows; the batches in their order, and the rows of each in theirs.
   * @returns those whose key may be written already, and few others: they are not added
   */
  add(rows: readonly RawRow[]): RawRow[] {
    const others: RawRow[] = [];
    for (const row of rows) {
      // A copy, as a row holds on to the whole text that it was cut out of.
      if (this.#written?.mayHave(encodeValue(row.sourceId)) === true) {
        others.push(structuredClone(row));
      } else {
        this.#line.write(row);
        this.#addLine(this.isAscii && isAscii(this.#line.bytes.subarray(0, this.#line.end)));
      }
    }
    return others;
  }

  /**
   * Adds a row that is still bytes, in the same order. Not to be called after markWritten: it does not ask whether the key is
   * written.
   */
  addScanned(row: ScannedRow): void {
    this.#line.writeScanned(row);
    this.#addLine(row.isAscii);
  }

  /** To be called every some thousand rows. @returns false if there is no room for more of them */
  makeRoom(): Promise<boolean> {
    return this.#sorter.spill();
  }

  /** Leaves the rows of a batch out. */
  drop(batch: BatchId): void {
    this.#dropped.add(batch);
  }

  /** Decides about all rows in the order of their keys; it can be asked again. @param count told of each row */
  async *decided(count: TextCounter): AsyncGenerator<DecidedRows> {
    const place = new PlaceReader();
    /** The rows of one key; of a row that stands alone mostly none. */
    const same: string[] = [];
    for await (const { bytes, ends, repeats } of this.#sorter.sorted()) {
      const written = new DecidedRows(bytes);
      for (let index = 0, start = 0; index < ends.length; start = ends[index++] as number) {
        const end = ends[index] as number;
        if (repeats[index] === false) this.#decide(same.splice(0), count, written);
        const of = place.read(bytes, end - 1);
        if (this.#dropped.size > 0 && this.#dropped.has(of.batch)) continue;
        // As planKey would; but most rows stand alone, and making a text of one costs more than all the rest.
        if (repeats[index] === false && repeats[index + 1] === false) {
          count(of, of.deleted ? 'delete' : 'insert', undefined);
          written.keep(start, end);
        } else same.push(bytes.toString('utf8', start, end - 1));
      }
      yield written;
    }
    const written = new DecidedRows(NO_BYTES);
    this.#decide(same, count, written);
    yield written;
  }

  /**
   * All rows in the order of their keys, so many at a time and some more: those of a key stay together, in the order in
   * which they came. To be compared with what is stored.
   */
  async *inGroups(most: number): AsyncGenerator<RawRow[]> {
    let group: RawRow[] = [];
    for await (const { bytes, ends, repeats } of this.#sorter.sorted()) {
      for (let index = 0, start = 0; index < ends.length; start = ends[index++] as number) {
        if (group.length >= most && repeats[index] === false) {
          yield group;
          group = [];
        }
        const row = this.#read.raw(bytes.toString('utf8', start, (ends[index] as number) - 1));
        if (!this.#dropped.has(row.batch)) group.push(row);
      }
    }
    yield group;
  }

  /** Forgets the rows, but for that their keys are written by now. */
  async markWritten(): Promise<void> {
    this.#written ??= new SeenKeys();
    for await (const { bytes, ends, repeats } of this.#sorter.sorted()) {
      for (const [index, end] of ends.entries()) {
        if (repeats[index] === false) this.#written.add(keyOfText(bytes.toString('latin1', ends[index - 1] ?? 0, end)));
      }
    }
    await this.clear();
  }

  /** Forgets the rows. */
  async clear(): Promise<void> {
    await this.#sorter.clear();
  }

  #addLine(isAsciiToo: boolean): void {
    this.isAscii &&= isAsciiToo;
    this.#sorter.add(this.#line.bytes, 0, this.#line.end);
    this.size++;
  }

  /** @param texts of one key, oldest batch first */
  #decide(texts: readonly string[], count: TextCounter, written: DecidedRows): void {
    if (texts.length === 0) return;
    const plan = planKey<TextRow, TextRow>(texts.map((text) => this.#read.row(text)), undefined, count);
    if (plan === undefined) return;
    written.add(plan.row.line);
    for (const { row, before, decision } of plan.changes) {
      if (before !== undefined) written.replacements.push({ before: before.line, after: row.line, action: decision === 'delete' ? 'delete' : 'update' });
    }
  }
}
