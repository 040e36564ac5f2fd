import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Slabs, TextLog } from '../../src/core/text-log.ts';

test('a log gives every text back as it was, of whatever length and script', () => {
  // Told as character and length, so that a counterexample can be read.
  const long = fc.record({ char: fc.constantFrom('a', 'é', '語', '😀'), length: fc.integer({ min: 0, max: 600_000 }) });
  const short = fc.record({ char: fc.string({ unit: 'grapheme', maxLength: 40 }), length: fc.integer({ min: 0, max: 10 }) });
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 5, arbitrary: short }, long), { maxLength: 30 }), (some) => {
      const texts = some.map(({ char, length }) => char.repeat(length));
      const log = new TextLog(new Slabs());
      const places = texts.map((one) => log.add(one));
      // Compared without a message: the texts are too long to be shown.
      expect(places.every((place, index) => log.read(place) === texts[index])).toBe(true);
    }),
    { numRuns: 40 },
  );
});

test('a short text after one that is longer than a slab is found', () => {
  const log = new TextLog(new Slabs());
  const [long, short] = [log.add('😀'.repeat(300_000)), log.add('short')];
  expect(log.read(long) === '😀'.repeat(300_000)).toBe(true);
  expect(log.read(short)).toBe('short');
});

test('what a cleared log has held serves the next one', () => {
  const slabs = new Slabs();
  const first = new TextLog(slabs);
  for (let index = 0; index < 5_000; index++) first.add('x'.repeat(400));
  expect(first.bytes).toBe(2 * 2 ** 20);
  first.clear();
  expect(first.bytes).toBe(0);
  const second = new TextLog(slabs);
  expect(second.read(second.add('new'))).toBe('new');
  expect(second.bytes).toBe(2 ** 20);
});
