import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';

import { expect, test } from '@jest/globals';

import { FactSpool } from '../../../src/enriched/facts/fact-spool.client.ts';

const open = async (ranges: number): Promise<FactSpool> => {
  const spool = await FactSpool.open(ranges);
  if (spool === undefined) throw new Error('no folder for temporary files');
  return spool;
};

test('gives back by range and section what was added, byte for byte', async () => {
  const spool = await open(3);
  await spool.startSection('one');
  spool.add(0, 'käse\0');
  spool.add(2, '\n\t');
  await spool.flush();
  spool.add(0, '🍏');
  await spool.startSection('two');
  spool.add(0, 'x');
  await spool.flush();
  const read = async (range: number) => (await spool.read(range)).map(({ section, bytes }) => [section, bytes.toString('utf8')]);
  expect(await read(0)).toEqual([['one', 'käse\0'], ['one', '🍏'], ['two', 'x']]);
  expect(await read(1)).toEqual([]);
  expect(await read(2)).toEqual([['one', '\n\t']]);
  await spool.close();
});

test('leaves no name in the folder for temporary files, even while it is open', async () => {
  const spool = await open(1);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('hub-enrich-'))).toEqual([]);
  await spool.close();
});

test('says that it is full before much is held back', async () => {
  const spool = await open(1);
  await spool.startSection('one');
  spool.add(0, 'x'.repeat(4_000_000));
  expect(spool.isFull).toBe(true);
  await spool.flush();
  expect(spool.isFull).toBe(false);
  await spool.close();
});

test('a file that cannot be read is a failure that a retry can help', async () => {
  const spool = await open(1);
  await spool.startSection('one');
  spool.add(0, 'x');
  await spool.flush();
  await spool.close();
  await expect(spool.read(0)).rejects.toMatchObject({ kind: 'transient', code: 'temporary_file' });
});
