import { expect, test } from '@jest/globals';

import { guessEncoding, guessForm } from '../../../src/feeds/sniff/guess-form.ts';

test.each([
  ['commas', 'a,b,c\n1,"x;y;z;v;w",3\n2,"y\nz",4\n', { delimiter: ',' }],
  ['semicolons, with decimal commas', 'a;b\n1,5;2,5\n3,5;4,5\n', { delimiter: ';' }],
  ['tabs', 'a\tb\n1\t2\n', { delimiter: '\t' }],
  ['lines before and after', 'Report, of today\n\na|b|c\n1|2|3\n2|3|4\n3|4|5\n2 rows\n', { delimiter: '|', skip: 1, skipEnd: 1 }],
  ['backslashes', 'a,b\n"say \\"x\\"",2\n', { escape: 'backslash' }],
  ['lines of JSON', '{"a":1}\n{"a":2,"b":[1]}\n', { kind: 'ndjson' }],
])('guessForm tells %s', (_, text, form) => {
  expect(guessForm(text, 'utf-8', true)).toMatchObject({ kind: 'csv', skip: 0, skipEnd: 0, escape: 'double', ...form });
});

test('guessForm says nothing of the end of a text that it does not have', () => {
  expect(guessForm('a,b\n1,2\n3,4\nend', 'utf-8', false)).toMatchObject({ skipEnd: 0 });
});

test('guessEncoding tells UTF-8 that ends within a character, UTF-16 with and without a mark, and what is neither', () => {
  expect(guessEncoding(Buffer.from('Größe').subarray(0, 4))).toBe('utf-8');
  expect(guessEncoding(Buffer.from('\uFEFFId', 'utf16le'))).toBe('utf-16le');
  expect(guessEncoding(Buffer.from('Id,b', 'utf16le'))).toBe('utf-16le');
  expect(guessEncoding(Buffer.from('Id,b', 'utf16le').swap16())).toBe('utf-16be');
  expect(guessEncoding(Buffer.from('Größe', 'latin1'))).toBe('windows-1252');
});
