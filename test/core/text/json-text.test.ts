import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { elementsOf, isExact, keepsNumbers, membersOf } from '../../../src/core/text/json-text.ts';

test('elementsOf has the texts of the elements of a list', () => {
  expect(elementsOf(' [ 1.10 , { "a" : [ 2 , 3 ] } , "x,]" , [ ] , null ] ')).toEqual(['1.10', '{"a":[2,3]}', '"x,]"', '[]', 'null']);
  expect(elementsOf('[]')).toEqual([]);
  expect(['', '{}', '1', '[1', '[1],"b":[2]', 'null'].map(elementsOf)).toEqual(Array(6).fill(undefined));
});

describe('membersOf', () => {
  test('gives each value as it is written, without white space between tokens', () => {
    expect(membersOf(' { "a" : 12345678901234567890.10 , "b" : [ 1 , { "c" : "x , }" } ] , "10" : "\\u00fc\\/\\"" , "e" : null } ')).toEqual(
      new Map([['a', '12345678901234567890.10'], ['b', '[1,{"c":"x , }"}]'], ['10', '"ü/\\""'], ['e', 'null']]),
    );
  });

  test('of a repeated name counts the last, as with JSON.parse, and names may be escaped', () => {
    expect(membersOf('{"a":1,"\\u0061":2}')).toEqual(new Map([['a', '2']]));
  });

  test.each(['', '[]', '"{}"', 'null', '{', '{"a":01}', '{"a":1}x', '\ufeff{}'])('is undefined for %j, which is no JSON object', (json) => {
    expect(membersOf(json)).toBeUndefined();
  });

  test('reads what JSON.parse reads, whatever the object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })), fc.constantFrom(undefined, 1, '\t'), (object, space) => {
        const members = membersOf(JSON.stringify(object, undefined, space)) ?? new Map<string, string>();
        expect(new Set(members.keys())).toEqual(new Set(Object.keys(JSON.parse(JSON.stringify(object)) as object)));
        for (const [name, text] of members) expect(text).toBe(JSON.stringify(object[name]));
      }),
    );
  });
});

describe('a number', () => {
  test.each([
    ['4.50', true],
    ['1e3', true],
    ['0.1', true],
    ['-0', true],
    ['9007199254740993', false],
    ['9123456789012345678', false],
    ['0.12345678901234567891', false],
    ['1e400', false],
  ])('%s is read exactly: %s', (number, exact) => {
    expect(isExact(number)).toBe(exact);
    expect(keepsNumbers(`{"a":["1e400",${number}]}`)).toBe(exact);
  });

  test('of up to 15 digits is always read exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.integer({ min: -20, max: 20 }), (digits, power) => {
        expect(isExact(`${digits}e${power}`)).toBe(true);
      }),
    );
  });

  test('of an integer type is read exactly if and only if it is written again with the same digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (integer) => {
        expect(isExact(String(integer))).toBe(String(Number(integer)) === String(integer));
      }),
    );
  });
});
