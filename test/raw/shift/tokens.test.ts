import { expect, test } from '@jest/globals';

import { cutFields, cutLine, hasLoneQuote, isQuoted, fragmentsOf, unquote, withoutEdgeQuotes } from '../../../src/raw/shift/tokens.ts';

test('fields stand as the reader saw them, and cut ones know what stood inside', () => {
  expect(fragmentsOf(['a,b', null])).toEqual([{ text: 'a,b', inside: false }, { text: null, inside: false }]);
  expect(cutFields(['a,b', null], ',')).toEqual([{ text: 'a', inside: false }, { text: 'b', inside: true }, { text: null, inside: false }]);
});

test('a line is cut at every delimiter, quotes taken as plain characters, its end left out', () => {
  expect(cutLine('1,"a,b"\r\n', ',').map(({ text }) => text)).toEqual(['1', '"a', 'b"']);
});

test.each([['a"b', true], ['"a"', false], ['a', false], ['"a""', true]])('%j has a quote without a partner: %s', (text, expected) => expect(hasLoneQuote(text)).toBe(expected));

test.each([['"a ""b"" c"', true], ['"a"b"', false], ['a', false], ['""', true]])('%j is a quoted value as a whole: %s', (text, expected) => expect(isQuoted(text)).toBe(expected));

test.each([['"a ""b"""', 'a "b"'], ['"open', 'open'], ['12" vinyl', '12" vinyl'], ['a "b" c', 'a "b" c']])('%j stands for the value %j', (text, expected) => expect(unquote(text)).toBe(expected));

test('only the quotes at the ends go', () => expect(withoutEdgeQuotes('""a"b"')).toBe('a"b'));
