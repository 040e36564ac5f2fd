import { describe, expect, test } from '@jest/globals';

import { writeBehind } from '../../../src/core/async/write-behind.ts';

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Makes numbers from 1 on, and keeps a record of when each was made. */
function* numbers(last: number, events: string[]): Generator<number> {
  for (let n = 1; n <= last; n++) {
    events.push(`make ${n}`);
    yield n;
  }
}

describe('writeBehind', () => {
  test('makes the next item while one is written, and writes one after the other', async () => {
    const events: string[] = [];
    await writeBehind(numbers(3, events), async (n) => {
      await pause();
      events.push(`written ${n}`);
    });
    expect(events).toEqual(['make 1', 'make 2', 'written 1', 'make 3', 'written 2', 'written 3']);
  });

  test('begins no write after one that failed, and throws its error', async () => {
    const events: string[] = [];
    const write = async (n: number): Promise<void> => {
      await pause();
      events.push(`written ${n}`);
      if (n === 1) throw new Error('table is full');
    };
    await expect(writeBehind(numbers(4, events), write)).rejects.toThrow('table is full');
    expect(events).toEqual(['make 1', 'make 2', 'written 1']);
  });

  test('waits for the write under way when the items end with an error, which it throws', async () => {
    const events: string[] = [];
    function* broken(): Generator<number> {
      yield 1;
      throw new Error('file is cut off');
    }
    const write = async (): Promise<void> => {
      await pause();
      events.push('written');
    };
    await expect(writeBehind(broken(), write)).rejects.toThrow('file is cut off');
    expect(events).toEqual(['written']);
  });
});
