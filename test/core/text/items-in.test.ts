import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { itemsIn } from '../../../src/core/text/items-in.ts';

/** The bytes in pieces of so many. */
async function* pieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function itemsOf(text: string, size = 7): Promise<string[]> {
  const found: string[] = [];
  for await (const item of itemsIn(pieces(text, size))) found.push(item);
  return found;
}

describe('the items of a JSON array that comes in pieces', () => {
  test.each([
    ['[]', []],
    [' [ \n ] ', []],
    ['[1]', ['1']],
    ['[{"a":"],[\\"}{"}, {"b":[1,[2]]} ,null]\n', ['{"a":"],[\\"}{"}', '{"b":[1,[2]]}', 'null']],
    ['["é\\\\",9007199254740993]', ['"é\\\\"', '9007199254740993']],
    // A missing item is no JSON, which whoever reads it sees.
    ['[1,]', ['1', '']],
  ])('%s', async (text, expected) => {
    for (const size of [1, 3, 1_000]) expect(await itemsOf(text, size)).toEqual(expected);
  });

  test.each(['', '  ', '{"a":1}', '[1', '["a', '[{"a":1}', '[1] [2]', '[1]x', '1', ',[1]'])('%j is no whole array', async (text) => {
    await expect(itemsOf(text)).rejects.toThrow(/array/);
  });

  test('are those that JSON.parse finds, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, 1), async (values, size, indent) => {
        const text = JSON.stringify(values, null, indent);
        expect((await itemsOf(text, size)).map((item) => JSON.parse(item) as unknown)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('none of the parts of an array is taken for the whole', async () => {
    const text = '[{"a":"x,]"},[1,2],"y"]';
    for (let length = 0; length < text.length; length++) await expect(itemsOf(text.slice(0, length))).rejects.toThrow(/array/);
  });
});
