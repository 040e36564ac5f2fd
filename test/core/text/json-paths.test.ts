import fc from 'fast-check';
import { expect, test } from '@jest/globals';

import { JsonPaths } from '../../../src/core/text/json-paths.ts';

test('values are cut out by path: numbers keep their digits, texts are decoded, nested ones stay JSON', () => {
  const paths = new JsonPaths(['id', 'cost', 'a.b', 'a', 'list', 'note', 'none', 'off']);
  const text = String.raw`{"id":9007199254740993,"x":{"id":1,"y":"}]\""},"cost":12.50,"a":{"c":[1,{"b":2}],"b":"ü\n\"q\""},"list":[1,[2]],"note":null,"off":false}`;
  expect(paths.read(text)).toEqual(['9007199254740993', '12.50', 'ü\n"q"', String.raw`{"c":[1,{"b":2}],"b":"ü\n\"q\""}`, '[1,[2]]', null, null, 'false']);
});

test.each(['', '[]', '{"a":1', '{"a":1}x', '{"a":tru}', '{"a" 1}', '{"a":"x', '{"a":1,}', '{"a":[1,}', 'null', '{"a":01}'].map((text) => [text]))('%j is no JSON object', (text) => {
  expect(new JsonPaths(['a']).read(text)).toBeUndefined();
});

test('gives what JSON.parse gives, for texts with blanks too', () => {
  const paths = new JsonPaths(['a', 'b.c', 'b']);
  fc.assert(
    fc.property(fc.record({ a: fc.jsonValue(), b: fc.oneof(fc.record({ c: fc.jsonValue(), d: fc.jsonValue() }), fc.jsonValue()), e: fc.jsonValue() }), fc.constantFrom(0, 1), (value, indent) => {
      const read = paths.read(JSON.stringify(value, null, indent));
      const inner = (value.b as { c?: unknown } | null)?.c;
      const shown = (each: unknown): unknown => (each === null || each === undefined ? null : typeof each === 'string' ? each : typeof each === 'object' ? each : JSON.stringify(each));
      const parsed = (text: string | null | undefined, each: unknown): unknown => (typeof each === 'object' && each !== null && typeof text === 'string' ? JSON.parse(text) : text);
      expect(parsed(read?.[0], value.a)).toEqual(JSON.parse(JSON.stringify(shown(value.a))));
      const isObject = typeof value.b === 'object' && value.b !== null && !Array.isArray(value.b);
      expect(parsed(read?.[1], isObject ? inner : null)).toEqual(JSON.parse(JSON.stringify(shown(isObject ? inner : null))));
      expect(parsed(read?.[2], value.b)).toEqual(JSON.parse(JSON.stringify(shown(value.b))));
    }),
    { numRuns: 200 },
  );
});
