import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Slabs } from '../../../../src/core/text/line-log.ts';
import { encodeValue } from '../../../../src/core/text/row-text.ts';
import { LineSorter, type SortCapacity } from '../../../../src/raw/store/sort/line-sorter.client.ts';

const BRAND = 'alpina\t';
const PLENTY: SortCapacity = { memory: 1e9, disk: 1e9 };
const ON_DISK: SortCapacity = { memory: 0, disk: 1e9 };
const keyOf = (line: string): string => line.split('\t')[1] ?? '';

interface Sorted {
  readonly once: string[];
  readonly twice: string[];
  readonly hadRoom: boolean;
}

/** Adds lines of keys, some at a time, and gives them as they come out, twice. */
async function sort(keys: readonly string[], room: SortCapacity, some: number, lineOf = (key: string, index: number) => `${key}\t${index} é`): Promise<Sorted> {
  const sorter = new LineSorter(BRAND.length, new Slabs(), room);
  let hadRoom = true;
  for (const [index, key] of keys.entries()) {
    const line = Buffer.from(`…${BRAND}${lineOf(key, index)}…`);
    sorter.add(line, 3, line.length - 3);
    if (index % some === some - 1) hadRoom = (await sorter.spill()) && hadRoom;
  }
  const result = { once: await read(sorter), twice: await read(sorter), hadRoom };
  await sorter.clear();
  expect(await read(sorter)).toEqual([]);
  return result;
}

/** All lines without what they begin with; sees that what is told of them is true. */
async function read(sorter: LineSorter): Promise<string[]> {
  const lines: string[] = [];
  let last: string | undefined;
  for await (const { bytes, ends, repeats } of sorter.sorted()) {
    expect([ends.at(-1), repeats.length]).toEqual([bytes.length, ends.length]);
    const told = ends.map((end, index) => bytes.toString('utf8', ends[index - 1] ?? 0, end));
    expect(told.every((line) => line.startsWith(BRAND) && line.indexOf('\n') === line.length - 1)).toBe(true);
    for (const [index, line] of told.entries()) {
      if (repeats[index] !== (keyOf(line) === last)) throw new Error(`whether line ${lines.length} repeats a key is not told`);
      last = keyOf(line);
      lines.push(line.slice(BRAND.length, -1));
    }
  }
  return lines;
}

/** The lines of keys in their order, those of a key as they came. */
function inOrder(keys: readonly string[]): string[] {
  const lines = keys.map((key, index) => ({ key, index }));
  return lines.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index)).map(({ key, index }) => `${key}\t${index} é`);
}

/** Few keys, keys that begin others or like others, keys with all that is escaped, and usual ones. */
const key = fc.oneof(
  fc.stringMatching(/^[a-c]{1,2}$/),
  fc.stringMatching(/^(8ad0a1b2c3d4e5f6){0,2}[!-~]{1,12}$/).map(encodeValue),
  fc.constantFrom('a\\', 'a\\n', 'a\\\\', '\\').map(encodeValue),
  fc.stringMatching(/^[0-9a-f]{32}$/),
);

test('lines come out in the order of their keys, those of one key in the order in which they came, from memory and from the file', async () => {
  const memory = fc.constantFrom(0, 1_048_576, 1e9);
  await fc.assert(
    fc.asyncProperty(fc.array(key, { maxLength: 60 }), memory, fc.integer({ min: 1, max: 20 }), async (keys, room, some) => {
      const { once, twice, hadRoom } = await sort(keys, { memory: room, disk: 1e9 }, some);
      expect(once).toEqual(inOrder(keys));
      expect(twice).toEqual(once);
      expect(hadRoom).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('runs longer than what is read at once are merged whole', async () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => String((index * 7_919) % 10_000).padStart(40, '0'));
  const { once } = await sort(keys, ON_DISK, 8_000);
  expect(once).toEqual(inOrder(keys));
});

test('a hundred runs are merged in the order of their keys', async () => {
  const keys = Array.from({ length: 5_000 }, (_, index) => ((index * 7_919) % 3_001).toString(16));
  expect((await sort(keys, ON_DISK, 50)).once).toEqual(inOrder(keys));
});

test('lines longer than a block, a read and a slab come out whole, and those after them', async () => {
  const lengths = [10, 70_000, 0, 140_000, 1_500_000, 3, 65_536, 65_500, 400_000];
  const keys = lengths.map((_, index) => `k${(index * 5) % 7}`);
  const lineOf = (one: string, index: number): string => `${one}\t${index} ${'é'.repeat(lengths[index] ?? 0)}`;
  const expected = inOrder(keys).map((line) => lineOf(keyOf(`\t${line}`), Number(line.slice(line.indexOf('\t') + 1, -2))));
  for (const [room, some] of [[PLENTY, 1], [ON_DISK, 1], [ON_DISK, 4]] as const) {
    const { once, twice } = await sort(keys, room, some, lineOf);
    // Compared without a message: the lines are too long to be shown.
    expect(once.map((line, index) => line === expected[index])).toEqual(expected.map(() => true));
    expect(twice.length).toBe(expected.length);
  }
});

test('there is no more room when the file holds as much as it may, or cannot be made', async () => {
  expect((await sort(['b', 'a', 'c'], { memory: 0, disk: 1 }, 1)).hadRoom).toBe(false);
  expect((await sort(['b', 'a'], { memory: 0, disk: 1e9, folder: '/nowhere/at/all' }, 1)).hadRoom).toBe(false);
});
