import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { openPacked, readBody } from '../../src/net/body.ts';

const KEPT = 16 * 1024;
const codings = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync } as const;

async function* pieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield await Promise.resolve(bytes.subarray(start, start + size));
}

async function* breakingOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* pieces(bytes);
  throw new Error('other side closed');
}

describe('a body', () => {
  test.each(Object.entries(codings))('in %s is decoded, and cut at 16 KiB', async (coding, encode) => {
    expect(await readBody(pieces(encode(Buffer.from('OK'))), coding)).toEqual({ text: 'OK', flaw: null });
    expect(await readBody(pieces(encode(Buffer.alloc(50_000_000, 'x'))), coding.toUpperCase())).toEqual({ text: 'x'.repeat(KEPT), flaw: null });
  });

  test('in deflate is decoded also without the header that belongs before it', async () => {
    expect(await readBody(pieces(deflateRawSync(Buffer.from('OK'))), 'deflate')).toEqual({ text: 'OK', flaw: null });
  });

  test('in several codings is decoded from the last to the first', async () => {
    expect(await readBody(pieces(brotliCompressSync(gzipSync(Buffer.from('OK')))), 'identity, gzip, br')).toEqual({ text: 'OK', flaw: null });
  });

  test('that is decoded gives back what was encoded, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.constantFrom(...Object.keys(codings)), fc.integer({ min: 1, max: 50 }), async (text, coding, size) => {
        const sent = text.toWellFormed();
        expect(await readBody(pieces(codings[coding as keyof typeof codings](Buffer.from(sent)), size), coding)).toEqual({ text: sent, flaw: null });
      }),
    );
  });

  test('that breaks off gives what came until then, and why', async () => {
    expect(await readBody(breakingOff(Buffer.from('hal')), undefined)).toEqual({ text: 'hal', flaw: 'other side closed' });
    const encoded = gzipSync(Buffer.from('half of it'.repeat(3)));
    expect(await readBody(breakingOff(encoded.subarray(0, -12)), 'gzip')).toEqual({ text: expect.stringMatching(/^half/), flaw: 'other side closed' });
  });

  test('that is not what its header says has a flaw', async () => {
    expect(await readBody(pieces(Buffer.from('plain text')), 'gzip')).toEqual({ text: '', flaw: 'incorrect header check' });
    expect(await readBody(pieces(Buffer.from('plain text')), 'zstd')).toEqual({ text: 'plain text', flaw: 'its content-encoding zstd is not known' });
  });

  test('that never ends is left where enough is read', async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(Buffer.alloc(1_000, 'y'));
    };
    expect(await readBody(endless(), undefined)).toEqual({ text: 'y'.repeat(KEPT), flaw: null });
    expect(await readBody(endless(), 'br')).toMatchObject({ flaw: expect.any(String) });
  });
});

describe('a packed file', () => {
  const unpacked = async (source: AsyncIterable<Uint8Array>): Promise<string> => {
    const found: Uint8Array[] = [];
    for await (const piece of openPacked(source)) found.push(piece);
    return Buffer.concat(found).toString();
  };
  const text = '[{"a":1}]'.repeat(10_000);

  test.each([1, 2, 1_000])('is unpacked as it comes, in pieces of %d; one that is unpacked already is given as it is', async (size) => {
    expect(await unpacked(pieces(gzipSync(text), size))).toBe(text);
    expect(await unpacked(pieces(Buffer.from('[1,2]'), size))).toBe('[1,2]');
    expect(await unpacked(pieces(Buffer.from('['), size))).toBe('[');
    expect(await unpacked(pieces(Buffer.alloc(0), size))).toBe('');
  });

  test('that ends before its trailer, or breaks off, throws', async () => {
    await expect(unpacked(pieces(gzipSync(text).subarray(0, -3)))).rejects.toThrow(/unexpected end/);
    await expect(unpacked(breakingOff(gzipSync(text)))).rejects.toThrow('other side closed');
    await expect(unpacked(breakingOff(Buffer.from('[1')))).rejects.toThrow('other side closed');
  });
});
