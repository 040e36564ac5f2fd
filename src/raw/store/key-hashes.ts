import { hash64 } from '../../core/hash.ts';

/** Keys of many rows in memory of eight bytes each: their 64-bit hashes, looked up once all are there. */
export class KeyHashes {
  #hashes = new BigUint64Array(1 << 10);
  #count = 0;
  #isSorted = true;

  add(key: string): void {
    if (this.#count === this.#hashes.length) {
      const more = new BigUint64Array(this.#count * 2);
      more.set(this.#hashes);
      this.#hashes = more;
    }
    this.#hashes[this.#count++] = hash64(key);
    this.#isSorted = false;
  }

  has(key: string): boolean {
    return this.#holds(hash64(key), this.#first(key));
  }

  /** True if it was added more than once. */
  hasTwice(key: string): boolean {
    return this.#holds(hash64(key), this.#first(key) + 1);
  }

  #holds(hash: bigint, at: number): boolean {
    return at < this.#count && this.#hashes[at] === hash;
  }

  /** Where the hash of the key stands, or would stand. */
  #first(key: string): number {
    this.#sort();
    const hash = hash64(key);
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hashes[middle] as bigint) < hash) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#hashes.subarray(0, this.#count).sort();
    this.#isSorted = true;
  }
}
