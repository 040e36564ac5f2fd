import { readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, test } from '@jest/globals';

import type { HubError } from '../../../src/core/errors.ts';
import { systemClock } from '../../../src/core/time.ts';
import { holdFolder, segmentsIn } from '../../../src/serve/journal/folder.ts';
import { encodeRecord, readJournal } from '../../../src/serve/journal/framing.ts';
import { durabilities, type JournalOptions, type JournalWriter } from '../../../src/serve/journal/journal.ts';
import { journalWriter } from '../../../src/serve/journal/writer.ts';
import { atEndOfFile } from '../../support/suite/cleanup.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { faultyDisk, type FaultyDisk } from './disk.ts';

interface Opened {
  readonly journal: JournalWriter;
  readonly disk: FaultyDisk;
  readonly folder: string;
  readonly closed: number[];
  readonly troubles: string[];
  end(): Promise<void>;
}

function openJournal(change: Partial<JournalOptions> = {}, parent = temporaryFolder('journal')): Opened {
  const held = holdFolder(parent, '0');
  const disk = faultyDisk();
  const closed: number[] = [];
  const troubles: string[] = [];
  const journal = journalWriter({
    ...{ folder: held.folder, writer: '0', durability: 'write', rotateBytes: 1 << 20, rotateMs: 60_000, clock: systemClock, disk, last: held.last },
    closed: ({ number }) => void closed.push(number),
    trouble: ({ code }: HubError) => void troubles.push(code),
    ...change,
  });
  const end = async (): Promise<void> => {
    await journal.close();
    held.lock.release();
  };
  atEndOfFile(end);
  return { journal, disk, folder: held.folder, closed, troubles, end };
}

/** The `n` of the records in all segments, in their order. */
function stored(folder: string): number[] {
  return segmentsIn(folder).flatMap(({ file }) =>
    [...readJournal(readFileSync(file))].flatMap((entry) => {
      if (entry.kind !== 'record') throw new Error(`${file} holds something ${entry.kind}`);
      const { n } = entry.value as { n?: number };
      return n === undefined ? [] : [n];
    }),
  );
}

const record = (n: number): Buffer => encodeRecord({ kind: 'lead', n });
const code = (error: unknown): string => (error as HubError).code;

describe('a journal', () => {
  test.each(durabilities)('holds what was appended, in order and once (%s)', async (durability) => {
    const { journal, folder } = openJournal({ durability });
    await Promise.all(Array.from({ length: 300 }, (_, n) => journal.append(record(n))));
    await journal.append(record(300));
    expect(stored(folder)).toEqual(Array.from({ length: 301 }, (_, n) => n));
  });

  test('begins a segment with version, writer and opening time, for its owner alone', async () => {
    const { journal, folder } = openJournal();
    await journal.open();
    const [segment] = segmentsIn(folder);
    const [opening] = readJournal(readFileSync(segment?.file ?? ''));
    expect(opening).toMatchObject({ value: { v: 1, kind: 'journal', writer: '0', opened_at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.000Z$/) } });
    expect(statSync(segment?.file ?? '').mode & 0o777).toBe(0o600);
  });

  test('syncs once for all that wait, before it answers (request)', async () => {
    const { journal, disk } = openJournal({ durability: 'request' });
    await journal.append(record(0));
    const before = disk.calls.length;
    await Promise.all(Array.from({ length: 100 }, (_, n) => journal.append(record(n))));
    // The first goes alone, the others gather meanwhile.
    expect(disk.calls.slice(before)).toEqual(['write 1', 'datasync 1', 'write 1', 'datasync 1']);
  });

  test('syncs soon after it answered, and not again without anything new (50ms)', async () => {
    const { journal, disk } = openJournal({ durability: '50ms' });
    await journal.append(record(0));
    expect(journal.unsynced).toBe(1);
    expect(disk.calls).not.toContain('datasync 1');
    await sleep(200);
    expect(journal.unsynced).toBe(0);
    expect(disk.calls.filter((call) => call === 'datasync 1')).toHaveLength(1);
  });

  test('leaves syncing to the system (write)', async () => {
    const { journal, disk } = openJournal();
    await journal.append(record(0));
    await journal.close();
    expect(disk.calls).toEqual(['create 1', 'write 1']);
  });

  test('goes on in a new segment when one is long enough, a second later', async () => {
    const { journal, folder, closed } = openJournal({ rotateBytes: 240 });
    for (let n = 0; n < 5; n++) await journal.append(record(n));
    expect(closed).toEqual([1]);
    expect(stored(folder)).toEqual([0, 1, 2, 3, 4]);
    const openings = segmentsIn(folder).map(({ file }) => [...readJournal(readFileSync(file))][0]).map((entry) => (entry?.kind === 'record' ? (entry.value as { opened_at: string }).opened_at : ''));
    expect(openings).toHaveLength(2);
    expect(new Set(openings).size).toBe(2);
  });

  test('closes a segment some time after its first record, and opens none without one', async () => {
    const { journal, folder, closed } = openJournal({ rotateMs: 50, durability: '50ms' });
    await journal.append(record(0));
    await sleep(300);
    expect(closed).toEqual([1]);
    expect(segmentsIn(folder)).toHaveLength(1);
  });

  test('takes nothing after it was closed', async () => {
    const { journal } = openJournal();
    await journal.close();
    await expect(journal.append(record(0))).rejects.toThrow('The journal takes no record now.');
  });

  test('is refused to a second writer', () => {
    const journal = temporaryFolder('journal');
    const { lock } = holdFolder(journal, '0');
    expect(() => holdFolder(journal, '0')).toThrow('The journal of writer 0 is held by another process.');
    holdFolder(journal, '1').lock.release();
    lock.release();
    holdFolder(journal, '0').lock.release();
  });

  test('never uses the number of a segment again, even of one that is published', async () => {
    const parent = temporaryFolder('journal');
    const first = openJournal({}, parent);
    await first.journal.append(record(0));
    await first.end();
    for (const { file } of segmentsIn(first.folder)) rmSync(file);
    const second = openJournal({}, parent);
    await second.journal.append(record(1));
    expect(segmentsIn(second.folder).map(({ number }) => number)).toEqual([2]);
  });
});

describe('a disk that fails', () => {
  test.each(['write', 'short write'] as const)('costs a segment, and no record (%s)', async (fault) => {
    const { journal, disk, folder, closed, troubles } = openJournal();
    await journal.append(record(0));
    disk.refuse(fault, 1);
    await Promise.all([journal.append(record(1)), journal.append(record(2))]);
    expect(stored(folder)).toEqual([0, 1, 2]);
    expect(closed).toEqual([1]);
    expect(disk.calls).toContain('truncate 1');
    expect(troubles).toEqual(['journal_write_failed']);
    expect(journal.isWritable).toBe(true);
  });

  test('refuses a record that two segments did not take, and takes the next', async () => {
    const { journal, disk, folder } = openJournal();
    disk.refuse('write', 2);
    expect(await journal.append(record(0)).catch(code)).toBe('journal_unavailable');
    expect(journal.isWritable).toBe(false);
    await journal.append(record(1));
    expect(journal.isWritable).toBe(true);
    expect(stored(folder)).toEqual([1]);
  });

  test('leaves no file of a segment that could not be opened', async () => {
    const { journal, disk, folder } = openJournal();
    disk.refuse('create', 2);
    expect(await journal.append(record(0)).catch(code)).toBe('journal_unavailable');
    expect(segmentsIn(folder)).toEqual([]);
  });

  test('hands records to the last resort before it refuses them', async () => {
    const rescued: Buffer[] = [];
    const { journal, disk } = openJournal({ fallback: (records) => Promise.resolve(void rescued.push(...records)) });
    disk.refuse('write', 2);
    await journal.append(record(7));
    expect(rescued).toEqual([record(7)]);
    expect(journal.isWritable).toBe(false);
  });

  test('is not asked twice to sync a file: what is not known to be synced stands again in a new one (50ms)', async () => {
    const { journal, disk, folder, troubles } = openJournal({ durability: '50ms' });
    disk.refuse('datasync', 1);
    await Promise.all([journal.append(record(0)), journal.append(record(1))]);
    await sleep(1_500);
    expect(stored(folder)).toEqual([0, 1, 0, 1]);
    expect(disk.calls.filter((call) => call === 'datasync 1')).toHaveLength(1);
    expect(disk.calls).toContain('datasync 2');
    expect(troubles).toEqual(['journal_sync_failed']);
    expect(journal.unsynced).toBe(0);
  });

  test('is not answered with success before another file was synced (request)', async () => {
    const { journal, disk, folder } = openJournal({ durability: 'request' });
    await journal.append(record(0));
    disk.refuse('datasync', 1);
    await journal.append(record(1));
    expect(stored(folder)).toEqual([0, 1, 1]);
    expect(disk.calls.slice(-4)).toEqual(['datasync 1', 'create 2', 'write 2', 'datasync 2']);
  });

  test('refuses what it could sync nowhere (request)', async () => {
    const { journal, disk } = openJournal({ durability: 'request' });
    disk.refuse('datasync', 2);
    expect(await journal.append(record(0)).catch(code)).toBe('journal_unavailable');
  });
});
