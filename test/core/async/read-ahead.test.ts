import { describe, expect, test } from '@jest/globals';

import { readAhead } from '../../../src/core/async/read-ahead.ts';

/** Reads numbers up to a last one, and keeps a record of when each read began. */
function numbers(last: number, events: string[]): () => Promise<{ n: number } | undefined> {
  let next = 1;
  return () => {
    const n = next++;
    events.push(`read ${n}`);
    return Promise.resolve(n > last ? undefined : { n });
  };
}

describe('readAhead', () => {
  test.each([
    [true, ['read 1', 'read 2', 'work 1', 'read 3', 'work 2']],
    [false, ['read 1', 'work 1', 'read 2', 'work 2', 'read 3']],
  ])('gives everything in order, and reads the next one %s before the work on the last one', async (ahead, expected) => {
    const events: string[] = [];
    for await (const { n } of readAhead(numbers(2, events), ahead)) events.push(`work ${n}`);
    expect(events).toEqual(expected);
  });

  test('fails with a read that failed while the work went on, after the work', async () => {
    const events: string[] = [];
    let reads = 0;
    const read = (): Promise<{ n: number }> => (++reads === 1 ? Promise.resolve({ n: 1 }) : Promise.reject(new Error('connection lost')));
    const all = async (): Promise<void> => {
      for await (const { n } of readAhead(read, true)) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push(`work ${n}`);
      }
    };
    await expect(all()).rejects.toThrow('connection lost');
    expect(events).toEqual(['work 1']);
  });
});
