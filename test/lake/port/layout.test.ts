import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { batchOfValue, fileRole, fingerprintOf, partitionValue, shownName } from '../../../src/lake/port/layout.ts';

describe('the role of a file', () => {
  test.each([
    ...['part-0.csv', 'part-0.CSV', 'part-0.csv.gz', 'part-0.GZ', 'part-00000-0a1b.c000.csv', '000000_0', 'data'].map((name) => [name, 'data']),
    ...['_SUCCESS', '.part.csv.crc', '_temporary', '.csv'].map((name) => [name, 'hidden']),
    ...['readme.txt', 'part.csv.part', 'part-0.parquet', 'part-0.csv.', 'a.csv.bz2'].map((name) => [name, 'other']),
    ['_manifest.json', 'manifest'],
  ])('%s: %s', (name, role) => expect(fileRole(name)).toBe(role));
});

describe('a partition', () => {
  test.each([
    ['brand=alpina', 'brand', 'alpina'],
    ['brand=al%70ina', 'brand', 'alpina'],
    ['batch=2026-03-02T23%3A00%3A00Z', 'batch', '2026-03-02T23:00:00Z'],
    ['brand=50%', 'brand', '50%'],
    ['Brand=alpina', 'brand', undefined],
    ['batch=x', 'brand', undefined],
  ] as const)('%s has %s %s', (folder, key, value) => expect(partitionValue(folder, key)).toBe(value));

  test.each([
    ['20260301T230000Z', '20260301T230000Z'],
    ['2026-03-01T23:00:00Z', '20260301T230000Z'],
    ['2026-03-01 23:00:00.000Z', '20260301T230000Z'],
    ['2026-03-01T23:00:00', undefined],
    ['2026-03-01', undefined],
    ['20261301T000000Z', undefined],
    ['2026-13-01T00:00:00Z', undefined],
    ['__HIVE_DEFAULT_PARTITION__', undefined],
    ['', undefined],
  ])('value %j is batch %s', (value, batch) => expect(batchOfValue(value)).toBe(batch));
});

describe('the fingerprint of files', () => {
  const file = fc.record({ name: fc.string(), bytes: fc.nat(), version: fc.string() });

  test('does not depend on their order, and differs as soon as one of them does', () => {
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 5 }), fc.constantFrom('name', 'bytes', 'version'), (files, what) => {
        const print = fingerprintOf(files);
        expect(fingerprintOf([...files].reverse())).toBe(print);
        const [first, ...rest] = files as [(typeof files)[number], ...typeof files];
        const changed = what === 'bytes' ? { ...first, bytes: first.bytes + 1 } : { ...first, [what]: `${first[what]}x` };
        expect(fingerprintOf([changed, ...rest])).not.toBe(print);
        expect(fingerprintOf(rest)).not.toBe(print);
      }),
    );
  });
});

test('a name is shown without addresses and control characters, and not without end', () => {
  expect(shownName('for anna@mail.invalid.csv')).toBe('for <address>');
  expect(shownName('a\u001b[31m\n.csv')).toBe('a?[31m?.csv');
  expect(shownName('x'.repeat(500))).toHaveLength(162);
});
