import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Slabs } from '../../src/core/text-log.ts';
import { TextSorter, type Room } from '../../src/raw/text-sorter.client.ts';

const keyOf = (text: string): string => text.slice(0, text.indexOf(' '));

/** Adds texts of keys, some at a time, and gives them as they come out, twice. */
async function sort(keys: readonly string[], room: Room, some: number): Promise<{ once: string[]; twice: string[]; hadRoom: boolean }> {
  const sorter = new TextSorter(keyOf, new Slabs(), room);
  let hadRoom = true;
  for (const [index, key] of keys.entries()) {
    sorter.add(key, `${key} ${index} é`);
    if (index % some === some - 1) hadRoom = (await sorter.makeRoom()) && hadRoom;
  }
  const read = async (): Promise<string[]> => {
    const texts: string[] = [];
    for await (const block of sorter.sorted()) {
      for (const { key, text } of block) {
        expect(keyOf(text)).toBe(key);
        texts.push(text);
      }
    }
    return texts;
  };
  const result = { once: await read(), twice: await read(), hadRoom };
  await sorter.clear();
  expect(await read()).toEqual([]);
  return result;
}

test('texts come out in the order of their keys, those of one key in the order in which they came, from memory and from the file', async () => {
  const key = fc.stringMatching(/^[a-c]{1,2}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 40 }), fc.constantFrom(0, 500, 1e9), fc.integer({ min: 1, max: 10 }), async (keys, memory, some) => {
      const expected = keys.map((one, index) => ({ one, index })).sort((a, b) => (a.one < b.one ? -1 : a.one > b.one ? 1 : a.index - b.index));
      const { once, twice, hadRoom } = await sort(keys, { memory, disk: 1e9 }, some);
      expect(once).toEqual(expected.map(({ one, index }) => `${one} ${index} é`));
      expect(twice).toEqual(once);
      expect(hadRoom).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('runs longer than what is read at once are merged whole', async () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => String((index * 7_919) % 10_000).padStart(40, '0'));
  const { once } = await sort(keys, { memory: 0, disk: 1e9 }, 8_000);
  expect(once.map(keyOf)).toEqual([...keys].sort());
});

test('there is no more room when the file holds as much as it may, or cannot be made', async () => {
  expect((await sort(['b', 'a', 'c'], { memory: 0, disk: 1 }, 1)).hadRoom).toBe(false);
  expect((await sort(['b', 'a'], { memory: 0, disk: 1e9, folder: '/nowhere/at/all' }, 1)).hadRoom).toBe(false);
});
