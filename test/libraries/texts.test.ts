import { describe, expect, test } from '@jest/globals';
import { stringify } from 'csv-stringify/sync';
import { create } from 'jsondiffpatch';
import { isbot } from 'isbot';

describe('csv-stringify', () => {
  test('leaves a bare line feed unquoted where the record delimiter is named', () => {
    expect(stringify([['a\nb']], { record_delimiter: '\r\n' })).toBe('a\nb\r\n');
    expect(stringify([['a\nb']], { record_delimiter: '\r\n', quote_record_delimiter: true })).toBe('"a\nb"\r\n');
  });

  test('escapes negative numbers in texts as formulas', () => {
    expect(stringify([['-12.50']], { escape_formulas: true })).toBe("'-12.50\n");
  });
});

test('jsondiffpatch sees no change between two BigInt', () => {
  const patcher = create();
  expect(patcher.diff({ amount: 1n }, { amount: 2n })).toBeUndefined();
  expect(patcher.diff({ amount: '1' }, { amount: '2' })).toEqual({ amount: ['1', '2'] });
});

test('isbot flags what engineers use by hand and no in-app browser', () => {
  expect(isbot('curl/8.5.0')).toBe(true);
  expect(isbot('python-requests/2.32')).toBe(true);
  expect(isbot('Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/456.0.0.0;FBBV/1;FBDV/iPhone14,5]')).toBe(false);
});
