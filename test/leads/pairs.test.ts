import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { parseJsonPairs, parseUrlencoded } from '../../src/leads/pairs.ts';

const body = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('an urlencoded body', () => {
  test('has its pairs in order, with repeated names, empty values and nothing for an empty pair', () => {
    expect(parseUrlencoded(body('a=1&b=&&a=2&c&=d'))).toEqual([['a', '1'], ['b', ''], ['a', '2'], ['c', ''], ['', 'd']]);
  });

  test('has blanks for plus signs, and keeps a second equals sign', () => {
    expect(parseUrlencoded(body('q=a+b%2Bc=d'))).toEqual([['q', 'a b+c=d']]);
  });

  test('loses one value to a broken escape, and keeps its bytes', () => {
    expect(parseUrlencoded(body('a=100%&b=%zz&c=%4&d=ok'))).toEqual([
      ['a', null, Buffer.from('100%').toString('base64')],
      ['b', null, Buffer.from('%zz').toString('base64')],
      ['c', null, Buffer.from('%4').toString('base64')],
      ['d', 'ok'],
    ]);
  });

  test('loses one value to bytes that are not UTF-8, escaped or bare', () => {
    expect(parseUrlencoded(body('note=Zo%EB&bare=Zo\u00eb&good=Zo%C3%AB'))).toEqual([['note', null, 'Wm/r'], ['bare', null, 'Wm/r'], ['good', 'Zoë']]);
  });

  test('names a pair with U+FFFD where its name cannot be decoded', () => {
    expect(parseUrlencoded(body('%EB=1'))).toEqual([['\ufffd', '1']]);
  });

  test('is read as URLSearchParams writes it', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
      expect(parseUrlencoded(Buffer.from(new URLSearchParams(pairs).toString()))).toEqual(pairs);
    }));
  });

  test('is read to its end whatever its bytes are', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => {
      expect(parseUrlencoded(bytes).length).toBeLessThanOrEqual(bytes.length);
    }));
  });
});

describe('a JSON body', () => {
  test('gives a pair for each text, number and boolean, and for each value of a list', () => {
    expect(parseJsonPairs(Buffer.from('{"email":"a@b.ch","qty":2,"optin":true,"topics":["x","y"],"none":[]}'))).toEqual([
      ['email', 'a@b.ch'],
      ['qty', '2'],
      ['optin', 'true'],
      ['topics', 'x'],
      ['topics', 'y'],
    ]);
  });

  test('keeps a name that objects have of their own', () => {
    expect(parseJsonPairs(Buffer.from('{"__proto__":"x"}'))).toEqual([['__proto__', 'x']]);
  });

  test('has no text for half a surrogate pair', () => {
    expect(parseJsonPairs(Buffer.from('{"a":"\\ud800"}'))).toEqual([['a', null, '77+9']]);
  });

  test.each(['[]', '"text"', 'null', '1', '', '{', '{"a":null}', '{"a":{}}', '{"a":[[1]]}', '{"a":[null]}'])('%s is none', (text) => {
    expect(parseJsonPairs(Buffer.from(text))).toBeUndefined();
  });

  test('is none in bytes that are not UTF-8', () => {
    expect(parseJsonPairs(body('{"a":"Zo\u00eb"}'))).toBeUndefined();
  });
});
