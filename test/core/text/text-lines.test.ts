import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { linesOf, type TextLine } from '../../../src/core/text/text-lines.ts';

async function* pieces(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const size of sizes) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
    start += size;
  }
  yield bytes.subarray(start);
}

async function read(bytes: string | Uint8Array, sizes: readonly number[] = [], longest?: number): Promise<TextLine[]> {
  const lines: TextLine[] = [];
  for await (const line of linesOf(pieces(Buffer.from(bytes), sizes), longest)) lines.push(line);
  return lines;
}

describe('the lines of a text', () => {
  test('end at a line feed or the line end of Windows, and at no other sign', async () => {
    expect(await read('a\u2028b\u2029c\u0085d\re\n\r\nf\r\nlast')).toEqual([{ text: 'a\u2028b\u2029c\u0085d\re' }, { text: '' }, { text: 'f' }, { text: 'last' }]);
  });

  test('begin behind a byte order mark, which is a character anywhere else', async () => {
    expect(await read('\ufeffa\n\ufeffb\n')).toEqual([{ text: 'a' }, { text: '\ufeffb' }]);
    expect(await read('\ufeff')).toEqual([{ text: '' }]);
  });

  test('are none where the bytes are no UTF-8, each by itself', async () => {
    const problem = 'its bytes are no UTF-8';
    expect(await read(Buffer.concat([Buffer.from('M\u00fcller\n'), Buffer.from('M\u00fcller\n', 'latin1'), Buffer.from('x')]))).toEqual([{ text: 'M\u00fcller' }, { problem }, { text: 'x' }]);
  });

  test('that are too long are told and not kept', async () => {
    const longest = 2 * 1024 * 1024;
    expect(await read(`${'x'.repeat(longest)}\n${'y'.repeat(longest + 1)}\nz`, [100, 70_000], longest)).toEqual([
      { text: 'x'.repeat(longest) },
      { problem: 'it is longer than 2 MiB' },
      { text: 'z' },
    ]);
  });

  test('are the same however the bytes come in pieces', async () => {
    const text = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', '\ufeff')), { maxLength: 20 }).map((parts) => parts.join('').toWellFormed());
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.integer({ min: 0, max: 9 })), async (whole, sizes) => {
        expect(await read(whole, sizes)).toEqual(await read(whole));
        const lines = (await read(whole)).map((line) => ('text' in line ? line.text : undefined));
        const expected = whole.replace(/^\ufeff/, '').split('\n').map((line) => line.replace(/\r$/, ''));
        if (whole === '' || whole.endsWith('\n')) expected.pop();
        expect(lines).toEqual(expected);
      }),
    );
  });

  test('are not asked for before the first of them is', () => {
    let asked = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]() {
        asked = true;
        return pieces(Buffer.alloc(0), []);
      },
    };
    linesOf(source);
    expect(asked).toBe(false);
  });
});
