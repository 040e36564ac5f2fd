import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';

import { csvCell, csvLine } from '../../src/served-feeds/format/csv.ts';
import { xmlItem, xmlText } from '../../src/served-feeds/format/xml.ts';
import { decodeCursor, encodeCursor } from '../../src/served-feeds/query/cursor.ts';
import { parseParameters, splitValues } from '../../src/served-feeds/query/parameters.ts';

const anyText = fc.string({ unit: 'binary' });

describe('a list of values', () => {
  test('is what it was made of, with a backslash before commas and backslashes', () => {
    fc.assert(fc.property(fc.array(anyText, { minLength: 1 }), (values) => {
      expect(splitValues(values.map((value) => value.replace(/[\\,]/g, '\\$&')).join(','))).toEqual(values);
    }));
  });

  test('with nothing behind its last backslash is none', () => {
    expect([splitValues('a\\'), splitValues('a\\\\'), splitValues(''), splitValues(',')]).toEqual([undefined, ['a\\'], [''], ['', '']]);
  });
});

describe('parameters', () => {
  test('are read as they were written', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { selector: ([name]) => name }), (pairs) => {
      const { list, faults } = parseParameters(new URLSearchParams(pairs).toString());
      expect([list.map(({ name, value }) => [name, value]), faults]).toEqual([pairs, []]);
    }));
  });

  test('that are no UTF-8 are told by their name', () => {
    expect(parseParameters('a=%ff&b=%zz&c=1').faults).toEqual([expect.objectContaining({ parameter: 'a', code: 'invalid_value' }), expect.objectContaining({ parameter: 'b' })]);
    expect(parseParameters('%ff=1').faults).toEqual([expect.objectContaining({ parameter: '' })]);
  });
});

describe('a CSV', () => {
  const first = (text: string): string => text.charAt(0);

  test.each([',', ';', '\t'] as const)('is read back by a parser, whatever is in it, and begins no formula: %j', (delimiter) => {
    fc.assert(fc.property(fc.array(fc.array(anyText, { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
      const options = { delimiter, decimal: '.' } as const;
      const text = rows.map((row) => csvLine(row.map((value) => csvCell(value, 'text', options)), options)).join('');
      const read = parse(text, { delimiter, record_delimiter: '\r\n' });
      expect(read.map((row) => row.map((value) => value.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/u, '')))).toEqual(rows.map((row) => row.map((value) => value.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/u, ''))));
      for (const value of read.flat()) expect('=+-@\t\r\n＝＋－＠'.includes(first(value)) && value !== '').toBe(false);
    }));
  });
});

describe('XML', () => {
  test('has no character that XML does not have, and no markup in texts', () => {
    fc.assert(fc.property(anyText, (text) => {
      const written = xmlText(text);
      expect(written).not.toMatch(/[<>"\0-\b\v\f\x0e-\x1f\ufffe\uffff]|&(?!amp;|lt;|gt;|quot;|#13;)/);
      expect(written.isWellFormed()).toBe(true);
    }));
  });

  test('tells an empty text from no value', () => {
    expect(xmlItem(['a', 'b', 'c'], ['', null, '<&>\0'])).toBe('<item><a></a><c>&lt;&amp;&gt;</c></item>\n');
  });
});

test('a cursor gives back its values, and nothing that somebody else made', () => {
  const values = fc.array(fc.oneof(fc.string(), fc.maxSafeInteger(), fc.constant(null)), { minLength: 1 });
  fc.assert(fc.property(values, (list) => {
    const text = encodeCursor('print', list);
    expect(decodeCursor(text, 'print', list.length)).toEqual(list.map((value) => (Object.is(value, -0) ? 0 : value)));
    expect(decodeCursor(text, 'other', list.length)).toBeUndefined();
    expect(decodeCursor(text, 'print', list.length + 1)).toBeUndefined();
  }));
  for (const made of ['', 'e30', Buffer.from('["print",{}]').toString('base64url'), Buffer.from('["print",1.5]').toString('base64url'), Buffer.from('["print",true]').toString('base64url')]) expect(decodeCursor(made, 'print', 1)).toBeUndefined();
  fc.assert(fc.property(anyText, (text) => decodeCursor(text, 'print', 1) === undefined));
});
