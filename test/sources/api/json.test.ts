import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';

import { JsonPaths } from '../../../src/core/text/json-paths.ts';
import { JsonValue } from '../../../src/sources/api/json/json.ts';

const read = (text: string): JsonValue => {
  const value = JsonValue.read(text);
  if (value === undefined) throw new Error('no JSON');
  return value;
};

/** What a value is, read by its own means alone. */
function plain(value: JsonValue): unknown {
  switch (value.kind) {
    case 'object':
      return Object.fromEntries([...value.members()].map(([name, member]) => [name, plain(member)]));
    case 'array':
      return [...value.items()].map(plain);
    case 'string':
      return value.scalar;
    case 'null':
      return null;
    case 'number':
    case 'boolean':
      return JSON.parse(value.scalar ?? '');
  }
}

describe('a value in a JSON text', () => {
  test('is what JSON.parse says, and its line is the compact text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(plain(read(text))).toEqual(JSON.parse(text));
        expect(read(` ${text}\n`).line).toBe(JSON.stringify(value));
      }),
      { numRuns: 200, seed: 24 },
    );
  });

  test('is none exactly where JSON.parse says so', () => {
    const damaged = fc.tuple(fc.jsonValue(), fc.nat(), fc.constantFrom('', '"', '\\', '{', ']', ',', ':', '0', '-', '.', 'e', 'n', '\u0001', ' ')).map(([value, place, sign]) => {
      const text = JSON.stringify(value);
      const at = place % (text.length + 1);
      return text.slice(0, at) + sign + text.slice(at + (sign === '' ? 1 : 0));
    });
    fc.assert(
      fc.property(damaged, (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(JsonValue.read(text) !== undefined).toBe(isJson);
      }),
      { numRuns: 400, seed: 24 },
    );
  });

  test('keeps digits, spellings and the order of names', () => {
    const text = '{ "10" : 9007199254740993, "2":1.2E+3,\n"a":12.50, "a":-0, "\\u0061b":"\\/\\u00e9" }';
    expect(read(text).line).toBe('{"10":9007199254740993,"2":1.2E+3,"a":12.50,"a":-0,"\\u0061b":"\\/\\u00e9"}');
    expect(read(text).scalarAt('10')).toBe('9007199254740993');
    expect(read(text).scalarAt('a')).toBe('-0');
    expect(read(text).scalarAt('ab')).toBe('/é');
  });

  test('is the last one where a name comes twice: what writes the lake, what reads it and JSON.parse agree', () => {
    const names = ['a', 'b', '\\u0061'];
    const { value: text } = fc.letrec<{ value: string; object: string }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, fc.constantFrom('1', '12.50', '"x"', 'null', 'true', '[1,{"a":2}]'), tie('object')),
      object: fc.array(fc.tuple(fc.constantFrom(...names), tie('value')), { maxLength: 4 }).map((members) => `{${members.map(([name, value]) => `"${name}": ${value}`).join(',')}}`),
    }));
    const paths = ['a', 'b', 'a.a', 'a.b', 'b.a.b'];
    const cut = new JsonPaths(paths);
    const parsedAt = (value: unknown, path: string): unknown => path.split('.').reduce<unknown>((at, name) => (typeof at === 'object' && at !== null && !Array.isArray(at) ? (at as Record<string, unknown>)[name] : undefined), value);
    fc.assert(
      fc.property(text.filter((each) => each.startsWith('{')), (each) => {
        const values = cut.read(each) ?? [];
        for (const [index, path] of paths.entries()) {
          const [own, other, parsed] = [read(each).at(path), values[index] ?? null, parsedAt(JSON.parse(each), path)];
          expect(own === undefined || own.kind === 'null' ? null : plain(own)).toEqual(parsed ?? null);
          if (typeof parsed === 'object') expect(other === null ? null : JSON.parse(other)).toEqual(parsed);
          else expect(other).toBe(own?.scalar ?? null);
        }
      }),
      { numRuns: 500, seed: 24 },
    );
  });

  test('is found by its path, and is not where there is none', () => {
    const value = read('{"data":{"orders":{"nodes":[{"id":"1"},{"id":"2"}]}},"none":null}');
    expect(value.scalarAt('data.orders.nodes.1.id')).toBe('2');
    expect(value.at('data.orders.nodes.2')).toBeUndefined();
    expect(value.at('data.customers')).toBeUndefined();
    expect(value.scalarAt('none')).toBeUndefined();
    expect(value.at('')?.line).toBe(value.line);
  });

  test('is not read where it nests without end', () => {
    expect(JsonValue.read('['.repeat(100_000))).toBeUndefined();
    expect(JsonValue.read('['.repeat(200) + ']'.repeat(200))).toBeDefined();
    expect(JsonValue.read('['.repeat(300) + ']'.repeat(300))).toBeUndefined();
  });
});
