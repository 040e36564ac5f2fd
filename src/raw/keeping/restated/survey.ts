import { chainedChecksum } from '../../../core/hash.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { KeyHashes } from '../../store/key-hashes.ts';
import type { Slice, SliceReader } from './slices.ts';

/** What a batch has of a slice. */
export interface StatedSlice extends Slice {
  /** Rows that are not deleted, those of a key that comes again too. */
  readonly rows: number;
  /** Over the rows in their order: two statements with the same one say the same. */
  readonly checksum: string;
}

/** What a batch states, known when it was read to its end: which slices, and which keys they have. */
export class Survey {
  readonly #reader: SliceReader;
  readonly #slices = new Map<string, Slice & { rows: number; checksum: string }>();
  readonly #keys = new KeyHashes();
  /** Keys of rows that the batch says are deleted. */
  readonly deleted = new Set<string>();

  /** @param declared slices that the batch states whether it has rows of them or not */
  constructor(reader: SliceReader, declared: readonly Slice[] = []) {
    this.#reader = reader;
    for (const slice of declared) this.#slices.set(slice.id, { ...slice, rows: 0, checksum: '' });
  }

  get slices(): ReadonlyMap<string, StatedSlice> {
    return this.#slices;
  }

  add(rows: readonly RawRow[]): void {
    for (const row of rows) {
      const id = this.#reader.idOf(row);
      const slice = this.#slices.get(id) ?? { ...this.#reader.sliceOf(row), rows: 0, checksum: '' };
      this.#slices.set(id, slice);
      slice.checksum = chainedChecksum(slice.checksum, `${row.sourceId}${row.hash}`);
      if (row.deleted) {
        this.deleted.add(row.sourceId);
        continue;
      }
      slice.rows++;
      this.#keys.add(row.sourceId);
    }
  }

  /** False for a row that the batch leaves out. */
  repeats(key: string): boolean {
    return this.#keys.has(key);
  }

  /** True of a key of which the batch has several rows. */
  isDoubled(key: string): boolean {
    return this.#keys.hasTwice(key);
  }
}
