import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';

import type { BatchId } from '../../../src/core/time.ts';
import { linesOfPart, readDamage, type IntakeBatch, type IntakeSource } from '../../../src/leads/source/intake-source.ts';
import { openIntakeSource } from '../../../src/leads/source/open-source.ts';
import { openIntake } from '../../../src/serve/publish/open-intake.ts';
import { S3Server } from '../../support/servers/s3-server.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

process.env['AWS_ACCESS_KEY_ID'] = 'test';
process.env['AWS_SECRET_ACCESS_KEY'] = 'test';

const { signal } = new AbortController();
const [FIRST, SECOND, THIRD] = ['20260310T120000Z-0', '20260310T120000Z-1', '20260311T000000Z-0'] as BatchId[];
const FILES: readonly (readonly [path: string, bytes: Buffer])[] = [
  [`lead/brand=alpina/batch=${SECOND ?? ''}/part-0000000007.ndjson.gz`, gzipSync('{"a":1}\n{"b":2}\n')],
  [`lead/brand=alpina/batch=${FIRST ?? ''}/part-0000000002.ndjson.gz`, gzipSync('{"c":3}\n')],
  [`lead/brand=alpina/batch=${FIRST ?? ''}/part-0000000001.ndjson.gz`, gzipSync('{"d":4}\n')],
  [`lead/brand=alpina/batch=${FIRST ?? ''}/_damage-0000000001.json`, Buffer.from('{"corrupt":2,"corruptBytes":17,"tornBytes":0}')],
  [`lead/brand=alpina/batch=${THIRD ?? ''}/_damage-0000000009.json`, Buffer.from('{"corrupt":1,"corruptBytes":4,"tornBytes":0}')],
  ['lead/brand=alpina/batch=today/part-0000000001.ndjson.gz', gzipSync('{}\n')],
  ['lead/brand=alpinas/batch=20260310T120000Z-0/part-0000000001.ndjson.gz', gzipSync('{}\n')],
  ['visit/brand=alpina/batch=20260310T120000Z-0/part-0000000001.ndjson.gz', gzipSync('{}\n')],
];

async function linesOf(source: IntakeSource, batch: IntakeBatch | undefined): Promise<string[]> {
  const lines: string[] = [];
  for (const part of batch?.parts ?? []) for await (const line of linesOfPart(source, part, signal)) if ('text' in line) lines.push(line.text);
  return lines;
}

describe.each(['file', 's3'])('the intake on %s', (kind) => {
  let source: IntakeSource;
  let server: S3Server;

  beforeAll(async () => {
    server = await S3Server.start();
    const folder = temporaryFolder('intake');
    const url = kind === 'file' ? `file:${folder}` : server.place('bucket', 'hub/intake');
    source = await openIntakeSource(url);
    const store = await openIntake(url);
    atEndOfFile(async () => {
      source.close();
      store.close();
      await server.close();
    });
    for (const [path, bytes] of FILES) await store.put(path, bytes);
    if (kind === 'file') {
      mkdirSync(join(folder, 'lead/brand=alpina/batch=20260312T000000Z-0'));
      mkdirSync(dirname(join(folder, 'lead/brand=alpina/x')), { recursive: true });
      writeFileSync(join(folder, 'lead/brand=alpina/notes.txt'), 'x');
    }
  });

  test('has the batches of a brand in their order, with their parts and notes on damage', async () => {
    const batches = await source.list('lead', 'alpina', undefined, signal);
    expect(batches.map(({ batch, parts, damage }) => [batch, parts.map(({ name }) => name), damage.length])).toEqual([
      [FIRST, ['part-0000000001.ndjson.gz', 'part-0000000002.ndjson.gz'], 1],
      [SECOND, ['part-0000000007.ndjson.gz'], 0],
    ]);
    expect(await linesOf(source, batches[0])).toEqual(['{"d":4}', '{"c":3}']);
    expect(await linesOf(source, batches[1])).toEqual(['{"a":1}', '{"b":2}']);
    const [note] = batches[0]?.damage ?? [];
    expect(note === undefined ? undefined : await readDamage(source, note, signal)).toEqual({ ranges: 2, bytes: 17 });
    expect((await source.list('lead', 'alpina', SECOND, signal)).map(({ batch }) => batch)).toEqual([SECOND]);
    expect(await source.list('lead', 'corvina', undefined, signal)).toEqual([]);
  });

  test('names the part that is cut off', async () => {
    const [batch] = await source.list('lead', 'alpina', SECOND, signal);
    const [part] = batch?.parts ?? [];
    if (part === undefined) throw new Error('no part');
    if (kind === 's3') server.objects.set(`bucket/hub/intake/${FILES[0]?.[0] ?? ''}`, { body: FILES[0]?.[1].subarray(0, 20) ?? Buffer.alloc(0), sha256: undefined });
    else writeFileSync(part.place, FILES[0]?.[1].subarray(0, 20) ?? '');
    await expect(linesOf(source, batch)).rejects.toMatchObject({ kind: 'refused', code: 'unreadable_file', message: expect.stringContaining('part-0000000007') });
  });
});

test('a bucket that refuses is a failure that a retry may mend', async () => {
  const server = await S3Server.start();
  const source = await openIntakeSource(server.place('bucket', ''));
  atEndOfFile(async () => {
    source.close();
    await server.close();
  });
  server.spoil({ request: /GET/, how: { status: 403, code: 'AccessDenied' } });
  await expect(source.list('lead', 'alpina', undefined, signal)).rejects.toMatchObject({ kind: 'transient', code: 'intake_unreachable' });
  await expect(openIntakeSource('ftp://x')).rejects.toMatchObject({ kind: 'configuration', code: 'invalid_intake_url' });
});
