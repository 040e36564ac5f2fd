/**
 * Writes item after item, in their order; the next one is made while the one before is written. After a failed write none
 * begins any more, and none is under way when this ends.
 * @throws what the items or a write threw; of both, the items'
 */
export async function writeBehind<Item>(items: Iterable<Item> | AsyncIterable<Item>, write: (item: Item) => Promise<void>): Promise<void> {
  let writing = Promise.resolve();
  try {
    for await (const item of items) {
      await writing;
      writing = write(item);
      // Awaited after the next item is made; without a handler until then the process would end on a failed write.
      writing.catch(() => undefined);
    }
  } finally {
    // A write under way must not meet a roll-back; its error, if any, is not the one to report.
    await writing.catch(() => undefined);
  }
  await writing;
}
