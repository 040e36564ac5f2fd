/**
 * A bounded cache of two generations: when the young one is full it becomes the old one, and what nobody asked
 * for since then is dropped with the next change. Holds between `size` and 2 × `size` entries at most.
 */
export class Memo<Value> {
  readonly #size: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** How many entries are held, an entry of both generations counted twice. */
  get size(): number {
    return this.#young.size + this.#old.size;
  }
}
