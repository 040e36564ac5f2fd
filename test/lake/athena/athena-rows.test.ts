import { expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { createRowDecoder } from '../../../src/lake/athena/rows.ts';
import { MAX_RECORD_BYTES } from '../../../src/lake/text/long-line.ts';
import type { LakeRecord } from '../../../src/lake/text/record.ts';

test('NULL is told from the empty string, and quotes, commas and line feeds stay in their value', () => {
  const rows = decode('"a","b","c"\n,"","x"\n"1,2","say ""hi""","two\nlines"\n,,\n');
  expect(rows.map(({ fields }) => fields)).toEqual([
    ['a', 'b', 'c'],
    [null, '', 'x'],
    ['1,2', 'say "hi"', 'two\nlines'],
    [null, null, null],
  ]);
  expect(rows.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
});

test('a last row without a line feed counts', () => {
  expect(decode('"a","b"\n"1",').map(({ fields }) => fields)).toEqual([['a', 'b'], ['1', null]]);
});

test('nothing gives no rows', () => {
  expect(decode('')).toEqual([]);
});

test('a NUL byte and bytes that are no text are faults of their row alone, wherever a chunk ends', () => {
  const bytes = Buffer.concat([Buffer.from('"a"\n"Zoë"\n"x\0y"\n"'), Buffer.of(0xc3, 0x28), Buffer.from('"\n"ok"\n')]);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(decode(bytes, [cut]).map(({ fault }) => fault)).toEqual([undefined, undefined, 'nul_byte', 'invalid_utf8', undefined]);
  }
});

test('of a row that is too long its beginning, length and hash come, and the others as they are', () => {
  const long = `"2","${'say ""no"",\n'.repeat(100_000)}"`;
  const text = `"a","b"\n"1","x"\n${long}\n"3","z"\n`;
  for (const cuts of [[], Array.from({ length: 30 }, (_, index) => index * 50_000)]) {
    const rows = decode(text, cuts);
    expect(rows.map(({ line, fault }) => [line, fault])).toEqual([[1, undefined], [2, undefined], [3, 'record_too_long'], [4, undefined]]);
    expect(rows[2]).toMatchObject({ raw: long.slice(0, MAX_RECORD_BYTES), cut: { bytes: long.length, sha256: sha256Hex(long) } });
    expect(rows[3]?.fields).toEqual(['3', 'z']);
  }
  expect(() => decode(text.slice(0, -10).replace(/"\n"3.*$/, ''))).toThrow('it ends inside a quoted value');
});

test.each([
  ['"a","b"\n"1"\n', 2, '1 fields instead of 2'],
  ['"a"\n"1"\n"2" \n', 3, 'text follows a closing quote'],
  ['"a"\n"1\n', 2, 'it ends inside a quoted value'],
])('damage is refused with its line: %j', (text, line, what) => {
  expect(() => decode(text)).toThrow(
    expect.objectContaining({ kind: 'refused', code: 'unreadable_file', context: { query: 'q', line } }),
  );
  expect(() => decode(text)).toThrow(what);
});

test('any rows in any chunks come out as csv-parse reads them', () => {
  const value = fc.option(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'ë', '😀', ' ') }));
  const rows = fc.integer({ min: 2, max: 4 }).chain((width) => fc.array(fc.array(value, { minLength: width, maxLength: width })));
  fc.assert(
    fc.property(rows, fc.array(fc.nat({ max: 200 })), (expected, cuts) => {
      const csv = expected
        .map((row) => `${row.map((field) => (field === null ? '' : `"${field.replaceAll('"', '""')}"`)).join(',')}\n`)
        .join('');
      const oracle: unknown = parse(csv, {
        record_delimiter: '\n',
        cast: (field, { quoting }) => (field === '' && !quoting ? null : field),
      });
      const fields = decode(csv, cuts).map((row) => row.fields);
      expect(fields).toEqual(expected);
      expect(fields).toEqual(oracle);
    }),
  );
});

function decode(text: string | Buffer, cuts: readonly number[] = []): LakeRecord[] {
  const bytes = Buffer.from(text);
  const decoder = createRowDecoder({ query: 'q' });
  const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  const rows = places.slice(1).flatMap((place, index) => decoder.push(bytes.subarray(places[index], place)));
  return [...rows, ...decoder.end()];
}
