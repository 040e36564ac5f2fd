/**
 * Gives what each call of `read` gives, until it gives undefined. With `ahead` the next one is read while the consumer
 * works on the one before; a read that fails then shows when its turn comes.
 */
export async function* readAhead<T extends object>(read: () => Promise<T | undefined>, ahead: boolean): AsyncGenerator<T, void> {
  let reading = read();
  for (let item = await reading; item !== undefined; item = await reading) {
    if (ahead) reading = settled(read());
    yield item;
    if (!ahead) reading = read();
  }
}

/** Awaited later; without a handler until then the process would end on a failed read. */
function settled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
