import { existsSync, readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { encodeRecord } from '../../../src/serve/journal/framing.ts';
import { writeErased } from '../../../src/serve/knowledge/erased-file.ts';
import { openIntake } from '../../../src/serve/publish/open-intake.ts';
import { publishSegment } from '../../../src/serve/publish/publish.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const opening = { v: 1, kind: 'journal', writer: 'a1', opened_at: '2026-03-10T12:00:00.000Z' };
const lead = (n: number, brand = 'alpina'): object => ({ v: 1, kind: 'lead', brand, lead_id: `lead_${n}`, received_at: '2026-03-10T12:00:05.123Z' });
const visit = { v: 1, kind: 'visit', brand: 'alpina', lead_id: 'visit_1' };

async function publish(bytes: Buffer, intake = temporaryFolder('intake')) {
  const folder = join(temporaryFolder('journal'), 'a1');
  mkdirSync(folder);
  const segment = { number: 7, file: join(folder, '0000000007.journal') };
  writeFileSync(segment.file, bytes);
  const result = await publishSegment(segment, await openIntake(`file:${intake}`));
  const files = readdirSync(intake, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(intake, name)).isFile()).sort();
  return { result, folder, segment, intake, files };
}

const linesOf = (file: string): unknown[] => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as unknown);

describe('a published segment', () => {
  test('is a part for each kind and brand, for its owner alone, and the segment is gone', async () => {
    const { result, segment, intake, files } = await publish(Buffer.concat([opening, lead(1), visit, lead(2, 'belmont'), lead(3)].map(encodeRecord)));
    expect(files).toEqual([
      'lead/brand=alpina/batch=20260310T120000Z-a1/part-0000000007.ndjson.gz',
      'lead/brand=belmont/batch=20260310T120000Z-a1/part-0000000007.ndjson.gz',
      'visit/brand=alpina/batch=20260310T120000Z-a1/part-0000000007.ndjson.gz',
    ]);
    expect(linesOf(join(intake, files[0] ?? ''))).toEqual([lead(1), lead(3)]);
    expect(statSync(join(intake, files[0] ?? '')).mode & 0o777).toBe(0o600);
    expect(existsSync(segment.file)).toBe(false);
    expect(result).toEqual({ number: 7, records: 4, parts: 3, corrupt: 0, corruptBytes: 0, tornBytes: 0 });
  });

  test('has the same bytes when it is published again', async () => {
    const bytes = Buffer.concat([opening, ...Array.from({ length: 2_000 }, (_, n) => lead(n))].map(encodeRecord));
    const first = await publish(bytes);
    const part = join(first.intake, first.files[0] ?? '');
    const before = readFileSync(part);
    const second = await publish(bytes, first.intake);
    expect(second.files).toEqual(first.files);
    expect(readFileSync(part)).toEqual(before);
  });

  test('keeps what is torn beside it', async () => {
    const torn = encodeRecord(lead(2)).subarray(0, 30);
    const { result, folder, intake, files } = await publish(Buffer.concat([encodeRecord(opening), encodeRecord(lead(1)), torn]));
    expect(result).toMatchObject({ records: 1, tornBytes: 30, corrupt: 0 });
    expect(readFileSync(join(folder, '0000000007.torn'))).toEqual(Buffer.from(torn));
    expect(files).toHaveLength(1);
    expect(linesOf(join(intake, files[0] ?? ''))).toEqual([lead(1)]);
  });

  test('keeps what is corrupt beside it, and says so beside each part', async () => {
    const broken = encodeRecord(lead(1));
    broken[25] = 0;
    const { result, folder, intake, files } = await publish(Buffer.concat([encodeRecord(opening), broken, encodeRecord(lead(2))]));
    expect(result).toMatchObject({ records: 1, corrupt: 1, corruptBytes: broken.length });
    expect(readFileSync(join(folder, '0000000007.corrupt'))).toEqual(broken);
    const damage = files.find((name) => name.includes('_damage')) ?? '';
    expect(JSON.parse(readFileSync(join(intake, damage), 'utf8'))).toEqual({ corrupt: 1, corruptBytes: broken.length, tornBytes: 0 });
  });

  test('without its opening has the second of its first record as its batch', async () => {
    const { files } = await publish(encodeRecord(lead(1)));
    expect(files).toEqual(['lead/brand=alpina/batch=20260310T120005Z-a1/part-0000000007.ndjson.gz']);
  });

  test('that says nothing of kind or brand is corrupt, and leads to no other path', async () => {
    const { result, files } = await publish(Buffer.concat([opening, { kind: 'lead', brand: '../x' }, { kind: 'lead' }, [], lead(1)].map(encodeRecord)));
    expect(result).toMatchObject({ records: 1, corrupt: 3 });
    expect(files.filter((name) => name.endsWith('.gz'))).toHaveLength(1);
  });

  test('of an opening alone leaves nothing', async () => {
    const { result, files, folder } = await publish(encodeRecord(opening));
    expect(result).toMatchObject({ records: 0, parts: 0 });
    expect([...files, ...readdirSync(folder)]).toEqual([]);
  });

  test('stays where its place cannot be written', async () => {
    const blocked = join(temporaryFolder('intake'), 'file');
    writeFileSync(blocked, '');
    const folder = join(temporaryFolder('journal'), 'a1');
    mkdirSync(folder);
    const segment = { number: 7, file: join(folder, '0000000007.journal') };
    writeFileSync(segment.file, encodeRecord(lead(1)));
    await expect(publishSegment(segment, await openIntake(`file:${blocked}`))).rejects.toThrow('ENOTDIR');
    expect(existsSync(segment.file)).toBe(true);
  });
});

test('of an erased person whom the folder names a published segment has the ids alone, and as many records', async () => {
  const anna = { ...lead(1), pairs: [['email', 'anna@mail.ch']] };
  const bob = { ...lead(2), pairs: [['email', 'bob@mail.ch']] };
  const folder = join(temporaryFolder('journal'), 'a1');
  mkdirSync(folder);
  writeErased(folder, [sha256Hex('anna@mail.ch')]);
  const segment = { number: 7, file: join(folder, '0000000007.journal') };
  writeFileSync(segment.file, Buffer.concat([opening, anna, bob].map(encodeRecord)));
  const intake = temporaryFolder('intake');
  expect(await publishSegment(segment, await openIntake(`file:${intake}`))).toMatchObject({ records: 2 });
  const lines = linesOf(join(intake, 'lead/brand=alpina/batch=20260310T120000Z-a1/part-0000000007.ndjson.gz'));
  expect(lines).toEqual([{ v: 1, kind: 'lead', brand: 'alpina', lead_id: 'lead_1', erased: true }, bob]);
});
