/**
 * Writes items in batches: while one batch is written, the next one gathers. So a slow commit makes larger batches, and
 * a single item does not wait for others.
 */
export class Recorder<Item> {
  readonly #write: (items: readonly Item[]) => Promise<void>;
  #waiting: Item[] = [];
  #writing: Promise<void> | undefined;
  #failure: unknown;

  constructor(write: (items: readonly Item[]) => Promise<void>) {
    this.#write = write;
  }

  /** True if a batch could not be written: what comes later is not written either. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    this.#writing ??= this.#writeAll();
  }

  /** Resolves when everything is written. @throws what kept a batch from being written */
  async drained(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async #writeAll(): Promise<void> {
    // Items of the same turn of the event loop go together.
    await Promise.resolve();
    while (this.#waiting.length > 0 && this.#failure === undefined) {
      const items = this.#waiting;
      this.#waiting = [];
      try {
        await this.#write(items);
      } catch (error) {
        this.#failure = error ?? new Error('nothing was thrown');
      }
    }
    this.#writing = undefined;
  }
}
