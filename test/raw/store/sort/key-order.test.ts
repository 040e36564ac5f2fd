import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { LineLog, Slabs } from '../../../../src/core/text/line-log.ts';
import { encodeValue } from '../../../../src/core/text/row-text.ts';
import { compareKeys, headOf, orderOfKeys } from '../../../../src/raw/store/sort/key-order.ts';

const START = 3;
const lineOf = (key: string, rest = ''): Buffer => Buffer.from(`it\t${key}\t${rest}`);

/** Keys that begin others or like others, with all that is escaped, and usual ones. */
const key = fc.oneof(
  fc.stringMatching(/^[ab!~]{1,8}$/),
  fc.stringMatching(/^(8ad0a1b2){0,2}[!-~]{1,12}$/).map(encodeValue),
  fc.stringMatching(/^[0-9a-f]{32}$/),
);

test('keys compare as their texts do, whatever follows them, and what they begin with never says otherwise', () => {
  fc.assert(
    fc.property(key, key, fc.string(), fc.string(), (a, b, afterA, afterB) => {
      const [inA, inB] = [lineOf(a, afterA), lineOf(b, afterB)];
      const expected = a < b ? -1 : Number(a > b);
      expect(Math.sign(compareKeys(inA, START, inB, START))).toBe(expected);
      const heads = Math.sign(headOf(inA, START) - headOf(inB, START));
      expect([0, expected]).toContain(heads);
    }),
    { numRuns: 1_000 },
  );
});

/** The order that is told, the one that comparing texts gives, and how long the former takes. */
function sort(keys: readonly string[]): { order: number[]; expected: number[]; millis: number } {
  const log = new LineLog(new Slabs());
  const places = keys.map((one, index) => {
    const line = lineOf(one, String(index));
    return log.add(line, 0, line.length);
  });
  const started = performance.now();
  const order = orderOfKeys(log, places, START);
  const millis = performance.now() - started;
  const expected = [...keys.keys()].sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : keys[a] === keys[b] ? a - b : 1));
  return { order: [...order], expected, millis };
}

test('lines are put in the order of their keys, those of a key in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(key, { maxLength: 100 }), fc.constantFrom('', '8ad0a1b2c3d4', '\\\\'), (keys, common) => {
      const { order, expected } = sort(keys.map((one) => common + one));
      expect(order).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('keys that differ late, and keys that are all the same, are sorted in about the time of others', () => {
  const many = 30_000;
  const digits = Array.from({ length: many }, (_, index) => String((index * 7_919) % many).padStart(8, '0'));
  const millisOf = (keys: readonly string[]): number => {
    const { order, expected, millis } = sort(keys);
    // Compared without a message: there are too many to be shown.
    expect(order.every((index, at) => index === expected[at])).toBe(true);
    return millis;
  };
  const usual = millisOf(digits.map((some) => `${some}8ad0a1b2c3d4e5f67890`));
  const late = [digits.map((some) => `8ad0a1b2c3d4e5f67890${some}`), digits.map((some) => `${some.at(-1) ?? ''}8ad0a1b2c3d4e5f${some}`), digits.map(() => 'same')];
  // Comparing each with each other would take hundreds of times as long.
  for (const keys of late) expect(millisOf(keys)).toBeLessThan(500 + 20 * usual);
});
