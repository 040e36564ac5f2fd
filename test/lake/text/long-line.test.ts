import { expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { LongLine, MAX_RECORD_BYTES } from '../../../src/lake/text/long-line.ts';
import { recordsOf } from '../read-csv.ts';

function cut(text: string | Buffer) {
  const line = new LongLine();
  line.add(Buffer.from(text));
  return line.end();
}

test('the beginning is kept, up to a whole character, with the length and the hash of all', () => {
  const long = 'é'.repeat(MAX_RECORD_BYTES);
  const odd = `x${long}`;
  expect(cut(long)).toEqual({ text: 'é'.repeat(MAX_RECORD_BYTES / 2), bytes: MAX_RECORD_BYTES * 2, sha256: sha256Hex(long) });
  expect(cut(odd)).toEqual({ text: `x${'é'.repeat(MAX_RECORD_BYTES / 2 - 1)}`, bytes: MAX_RECORD_BYTES * 2 + 1, sha256: sha256Hex(odd) });
});

test('bytes that are no text are shown', () => {
  expect(cut(Buffer.from([0x61, 0xff, 0x00, 0x62])).text).toBe('a\\xff\\x00b');
});

test.each([['\n'], ['\r\n'], ['\r']])('a line that is too long is one record between the others, where lines end with %j', async (newline) => {
  const long = `2,${'x'.repeat(MAX_RECORD_BYTES)}`;
  const text = ['1,a', long, '3,c', ''].join(newline);
  for (const places of [[], [5, 9], Array.from({ length: 20 }, (_, index) => index * 60_000)]) {
    const records = await recordsOf(text, 2, places);
    expect(records.map(({ line, fault }) => [line, fault])).toEqual([[1, undefined], [2, 'record_too_long'], [3, undefined]]);
    expect(records[1]).toMatchObject({ raw: long.slice(0, MAX_RECORD_BYTES), cut: { bytes: long.length, sha256: sha256Hex(long) } });
  }
});

test('a record of as many bytes as allowed is read', async () => {
  const [record] = await recordsOf(`${'x'.repeat(MAX_RECORD_BYTES)}\n`, 1);
  expect(record?.fields).toEqual(['x'.repeat(MAX_RECORD_BYTES)]);
});
