import { hash32 } from '../../../core/hash.ts';

/** 4 MB: of a million keys three in a hundred unseen ones are taken for seen. */
const BITS = 1 << 25;

/**
 * Which keys a batch has written so far, in memory of a fixed size: a key that was written is always told, and few
 * others are. So most rows of a first load need no look-up, as nothing else stands in the table.
 */
export class SeenKeys {
  readonly #words = new Uint32Array(BITS / 32);

  add(key: string): void {
    const bit = hash32(key) % BITS;
    this.#words[bit >>> 5] = (this.#words[bit >>> 5] ?? 0) | (1 << (bit & 31));
  }

  /** False if the key was not added for sure. */
  mayHave(key: string): boolean {
    const bit = hash32(key) % BITS;
    return ((this.#words[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }
}
