import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { LineLog, Slabs } from '../../../src/core/text/line-log.ts';

const add = (log: LineLog, text: string): number => {
  const bytes = Buffer.from(`before ${text} after`);
  return log.add(bytes, 7, bytes.length - 6);
};
const read = (log: LineLog, place: number): string => log.bytesOf(place).toString('utf8', log.startOf(place), log.endOf(place));

test('a log gives every line back as it was, of whatever length and script', () => {
  // Told as character and length, so that a counterexample can be read.
  const long = fc.record({ char: fc.constantFrom('a', 'é', '語', '😀'), length: fc.integer({ min: 0, max: 600_000 }) });
  const short = fc.record({ char: fc.string({ unit: 'grapheme', maxLength: 40 }), length: fc.integer({ min: 0, max: 10 }) });
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: short }, long), { maxLength: 30 }), (some) => {
      const texts = some.map(({ char, length }) => char.repeat(length));
      const log = new LineLog(new Slabs());
      const places = texts.map((one) => add(log, one));
      // Compared without a message: the lines are too long to be shown.
      expect(places.every((place, index) => read(log, place) === texts[index])).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('a short line after one that is longer than a slab is found', () => {
  const log = new LineLog(new Slabs());
  const [long, short] = [add(log, '😀'.repeat(300_000)), add(log, 'short')];
  expect(read(log, long) === '😀'.repeat(300_000)).toBe(true);
  expect(read(log, short)).toBe('short');
});

test('what a cleared log has held serves the next one', () => {
  const slabs = new Slabs();
  const first = new LineLog(slabs);
  for (let index = 0; index < 5_000; index++) add(first, 'x'.repeat(400));
  expect(first.bytes).toBe(2 * 2 ** 20);
  first.clear();
  expect(first.bytes).toBe(0);
  const second = new LineLog(slabs);
  expect(read(second, add(second, 'new'))).toBe('new');
  expect(second.bytes).toBe(2 ** 20);
});
