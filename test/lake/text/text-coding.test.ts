import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

import { decodeText } from '../../../src/lake/text/text-coding.ts';

async function decoded(bytes: Buffer, size = bytes.length): Promise<string> {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += size) {
      await Promise.resolve();
      yield bytes.subarray(at, at + size);
    }
  }
  const parts: Buffer[] = [];
  for await (const part of decodeText(chunks(), 'part-0.csv')) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

const text = 'Id,Name\n1,Zoë 😀\n';
const utf16 = (mark: boolean) => Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le');

test('UTF-16 with a byte order mark is decoded, wherever a chunk ends', async () => {
  for (const bytes of [utf16(true), utf16(true).swap16()]) {
    for (let size = 1; size <= bytes.length; size++) expect(await decoded(bytes, size)).toBe(text);
  }
});

test('UTF-8 comes as it is, and so do few bytes and none', async () => {
  for (const one of [`\ufeff${text}`, text, 'Id', 'I', '']) expect(await decoded(Buffer.from(one), Math.max(1, one.length >> 1))).toBe(one);
});

test.each([
  ['UTF-16 without a byte order mark', utf16(false)],
  ['UTF-16 without a byte order mark', utf16(false).swap16()],
  ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x49, 0, 0, 0])],
  ['UTF-32', Buffer.from([0, 0, 0, 0x49, 0, 0, 0, 0x64])],
  ['compressed with gzip', gzipSync(text)],
  ['a ZIP archive or a spreadsheet', Buffer.from('PK\u0003\u0004....')],
  ['Parquet', Buffer.from('PAR1....')],
])('what is %s is refused by that name', async (coding, bytes) => {
  await expect(decoded(bytes)).rejects.toMatchObject({
    kind: 'refused',
    code: 'unknown_coding',
    message: `A file of the batch is ${coding}, not text in UTF-8.`,
    context: { file: 'part-0.csv' },
  });
});

test('UTF-16 that is cut within a character is refused', async () => {
  await expect(decoded(utf16(true).subarray(0, -1))).rejects.toMatchObject({ kind: 'refused', code: 'unreadable_file' });
});
