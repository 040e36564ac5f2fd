import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { decodeRow, encodeRow, encodeValue } from '../../../src/core/text/row-text.ts';

const awkward = fc.array(fc.constantFrom('\\', 'N', '\t', '\n', '\r', '\0', 'n', '"', "'", 'ß', '😀', '\x1a'), { maxLength: 8 }).map((parts) => parts.join(''));
const value = fc.option(fc.oneof(awkward, fc.string({ unit: 'grapheme' })));

describe('row texts', () => {
  test('escape what would break the line and nothing else', () => {
    expect(encodeRow(['a\tb', null, '', '\\N', 'c\nd', 'é "q"'])).toBe('a\\tb\t\\N\t\t\\\\N\tc\\nd\té "q"');
  });

  test('tell null from the empty string and from the text \\N', () => {
    expect(decodeRow(encodeRow([null, '', '\\N']))).toEqual([null, '', '\\N']);
    expect(encodeValue(null)).not.toBe(encodeValue('\\N'));
  });

  test('decode to what was encoded, on one line each', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 6 }), (values) => {
        const text = encodeRow(values);
        expect(decodeRow(text)).toEqual(values);
        expect(text).not.toMatch(/[\n\r\0]/);
      }),
    );
  });

  test('are equal only for equal rows', () => {
    const row = fc.array(value, { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(row, row, (one, other) => {
        expect(encodeRow(one) === encodeRow(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
