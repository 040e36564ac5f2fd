import { describe, expect, test } from '@jest/globals';

import { DEFAULT_REJECT_LIMIT, exceedsLimit, formatRejectLimit, parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';

describe('the limit for rejected rows', () => {
  test.each([
    ['1%', 1, 100, false],
    ['1%', 2, 100, true],
    ['1%', 1, 99, true],
    ['0%', 1, 1_000_000, true],
    ['0%', 0, 0, false],
    ['100%', 5, 5, false],
    ['0.5%', 5, 1_000, false],
    ['0.5%', 6, 1_000, true],
    ['3', 3, 3, false],
    ['3', 4, 1_000_000, true],
    ['0', 1, 1, true],
    ['1%, at least 5 rows', 5, 5, false],
    ['1%, at least 5 rows', 6, 500, true],
    ['1%, at least 5 rows', 6, 600, false],
    ['1%, at least 5 rows', 7, 600, true],
    ['2% at least 1', 1, 1, false],
  ])('%s, %i of %i rows rejected: above it is %s', (text, rejected, read, above) => {
    expect(exceedsLimit(parseRejectLimit(text), rejected, read)).toBe(above);
  });

  test.each(['', '%', '-1', '101%', '1.5', 'all', '1 %', '1e2', '5, at least 1 rows', '1%, at least', '1%, at most 5 rows', '1%, at least 1.5 rows'])('%j is refused', (text) => {
    expect(() => parseRejectLimit(text)).toThrow(expect.objectContaining({ kind: 'usage', code: 'invalid_reject_limit' }));
  });

  test('is shown as it was written', () => {
    expect(formatRejectLimit(parseRejectLimit(' 1% '))).toBe('1%');
    expect(formatRejectLimit(parseRejectLimit('250'))).toBe('250 rows');
    expect(formatRejectLimit(parseRejectLimit(DEFAULT_REJECT_LIMIT))).toBe('1%, at least 5 rows');
  });
});
