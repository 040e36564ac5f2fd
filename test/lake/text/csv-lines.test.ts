import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { blocksOf } from '../read-csv.ts';

const BOM = Buffer.of(0xef, 0xbb, 0xbf);

describe('readLines', () => {
  test('gives blocks of whole lines, whatever the chunks', async () => {
    const text = 'a,b\n1,é😀\n\n2,x';
    const bytes = Buffer.from(text);
    for (let at = 0; at <= bytes.length; at++) {
      const blocks = await blocksOf(bytes, [at, at + 3]);
      expect(blocks.map((block) => block.text).join('')).toBe(text);
      expect(blocks.every((block, index) => index === blocks.length - 1 || block.text.endsWith('\n'))).toBe(true);
    }
  });

  test('leaves out a byte order mark at the start, in whatever pieces it comes, and only there', async () => {
    const bytes = Buffer.concat([BOM, Buffer.from('a\n'), BOM, Buffer.from('b\n')]);
    for (let at = 0; at <= bytes.length; at++) {
      expect((await blocksOf(bytes, [at])).map((block) => block.text).join('')).toBe('a\n\ufeffb\n');
    }
    expect(await blocksOf(BOM)).toEqual([{ text: '', isAscii: true }]);
  });

  test('gives nothing for no bytes', async () => {
    expect(await blocksOf(Buffer.alloc(0))).toEqual([]);
  });

  test('marks a line that is no text, shows its bytes, and keeps the others as they are', async () => {
    const bytes = Buffer.concat([Buffer.from('gut,é\nlatin1 '), Buffer.of(0xe9), Buffer.from(',1\r\nnul \0,2\nend')]);
    for (let at = 0; at <= bytes.length; at++) {
      const blocks = await blocksOf(bytes, [at]);
      expect(blocks.filter(({ fault }) => fault !== undefined)).toEqual([
        { text: 'latin1 \\xe9,1\r\n', isAscii: true, fault: 'invalid_utf8' },
        { text: 'nul \\x00,2\n', isAscii: true, fault: 'nul_byte' },
      ]);
      expect(blocks.filter(({ fault }) => fault === undefined).map(({ text }) => text).join('')).toBe('gut,é\nend');
    }
  });

  test('tells which blocks are ASCII', async () => {
    expect(await blocksOf(Buffer.from('a,b\n'))).toEqual([{ text: 'a,b\n', isAscii: true }]);
    expect(await blocksOf(Buffer.from('a,é\n'))).toEqual([{ text: 'a,é\n', isAscii: false }]);
  });

  test('loses no byte of valid text, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', ','))), fc.array(fc.nat(200)), async (parts, places) => {
        const text = `x${parts.join('').replaceAll('\0', '')}`;
        const blocks = await blocksOf(Buffer.from(text), places);
        expect(blocks.map((block) => block.text).join('')).toBe(text);
      }),
    );
  });
});
