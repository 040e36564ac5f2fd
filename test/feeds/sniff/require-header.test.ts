import { expect, test } from '@jest/globals';

import { requireHeader } from '../../../src/feeds/sniff/require-header.ts';

test.each([
  ['values', ['R-1001', 'Muster Peter', 'peter.muster@mail.example', '12,50'], 'no_header', 'field 3'],
  ['a day', ['7', '2026-03-20', 'x'], 'no_header', 'field 2'],
  ['numbers', ['1', '2', 'x'], 'no_header', 'holds values'],
  ['nothing', [''], 'no_header', 'has no header'],
  ['one JSON document', ['[{"id":1}', '{"id":2}]'], 'no_header', 'one JSON document'],
  ['bytes that are no text', ['PK\u0003\u0004', 'x'], 'unreadable_file', 'is no text'],
])('a file that begins with %s is refused, and none of its values is told', (_what, header, code, message) => {
  expect(() => requireHeader('a.csv', header)).toThrow(expect.objectContaining({ kind: 'refused', code, message: expect.stringContaining(message) }));
  expect(() => requireHeader('a.csv', header)).toThrow(expect.objectContaining({ message: expect.not.stringMatching(/Muster|@|2026/) }));
});

test.each([[['Invoice: Invoice Number', 'uuid', 'Betrag brutto', '']], [['id', 'Umsatz 2026', 'E-Mail']]])('headers are headers: %j', (header) => {
  expect(() => requireHeader('a.csv', header)).not.toThrow();
});
