/** Shows how far long work is. */
export interface Progress {
  /** @param total in any unit that is known beforehand: bytes, batches, persons */
  start(total: number): void;
  /** @param done of the total; @param rows dealt with so far; @param what is worked on now: `alpina invoice` */
  update(done: number, rows: number, what: string): void;
  stop(): void;
}
