import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { Slabs, TextLog } from '../../src/core/text-log.ts';

test('a log gives every text back as it was, of whatever length and script', () => {
  const long = fc.constantFrom('a', 'é', '語', '😀').chain((char) => fc.integer({ min: 1, max: 600_000 }).map((length) => char.repeat(length)));
  const text = fc.oneof({ weight: 20, arbitrary: fc.string({ unit: 'grapheme', maxLength: 400 }) }, long);
  fc.assert(
    fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
      const log = new TextLog(new Slabs());
      const places = texts.map((one) => log.add(one));
      expect(places.map((place) => log.read(place))).toEqual(texts);
    }),
    { numRuns: 50 },
  );
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
