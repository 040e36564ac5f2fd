/** A record that waits to be written, and whoever waits for it. */
export interface Waiting {
  readonly record: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What one write takes at most, unless a single record is longer. */
const BATCH_BYTES = 1 << 20;

/** Takes the records off the queue that go into one write. */
export function takeBatch(queue: Waiting[]): Waiting[] {
  let count = 0;
  for (let bytes = 0; count < queue.length && (count === 0 || bytes + (queue[count]?.record.length ?? 0) <= BATCH_BYTES); count++) bytes += queue[count]?.record.length ?? 0;
  return queue.splice(0, count);
}
