import { expect, test } from '@jest/globals';

import { readSinger, type SingerSink } from '../../../src/sources/api/singer.ts';
import { runSinger } from '../../../src/sources/extract/run-singer.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { testClock } from '../../support/suite/clock.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { recordsInLake } from './extraction.ts';
import vectors from '../../vectors/sources.json' with { type: 'json' };

interface SingerCase {
  readonly name: string;
  readonly lines: readonly string[];
  readonly expect: readonly { stream: string; records: string[]; state: unknown }[] | { readonly error: string; readonly line: number };
}

/** Keeps batches in memory. */
class MemorySink implements SingerSink {
  readonly batches: { stream: string; records: string[]; state: unknown }[] = [];
  #open = new Map<string, string[]>();

  record(stream: string, _keys: readonly string[], line: string): undefined {
    this.#open.set(stream, [...(this.#open.get(stream) ?? []), line]);
  }

  close(state: string | null): Promise<void> {
    for (const [stream, records] of [...this.#open].sort()) this.batches.push({ stream, records, state: state === null ? null : (JSON.parse(state) as unknown) });
    this.#open = new Map();
    return Promise.resolve();
  }
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

test.each(vectors.singer.cases as unknown as SingerCase[])('singer: $name', async ({ lines, expect: expected }) => {
  const sink = new MemorySink();
  const reading = readSinger(linesOf(lines), sink);
  if ('error' in expected) await expect(reading).rejects.toMatchObject({ code: expected.error, context: { line: expected.line }, kind: 'refused' });
  else {
    await reading;
    expect(sink.batches).toEqual(expected);
  }
});

describeEachDatabase('what a Singer tap gives', (suite) => {
  test('becomes batches with its STATE; what follows the last one is kept, and the state stays', async () => {
    await suite.empty();
    const lake = openFolderLake(temporaryFolder('sources'));
    const clock = testClock();
    const run = (lines: readonly string[]) => runSinger({ database: suite.database, clock, version: '0', lake }, { source: 'tap', account: 'main', brand: 'alpina', lines: linesOf(lines) });
    const schema = '{"type":"SCHEMA","stream":"users","schema":{},"key_properties":["id"]}';
    const report = await run([schema, '{"type":"RECORD","stream":"users","record":{"id":12345678901234567890}}', '{"type":"STATE","value":{"users":1}}', '{"type":"RECORD", "stream":"users", "record":{ "id": 2 }}']);
    expect(report.items).toMatchObject([{ stream: 'users', batches: 2, records: 2 }]);
    expect(await recordsInLake(lake, 'users', 'tap')).toEqual(['{"id":12345678901234567890}', '{"id":2}']);
    const states = await suite.database.read((knex) => knex('extract_state').select('stream', 'cursor'));
    expect(states).toEqual([{ stream: '*', cursor: '{"users":1}' }]);
    const [batch] = await lake.batches({ platform: 'tap', stream: 'users', account: 'main' });
    if (batch === undefined) throw new Error('no batch');
    expect(await lake.manifest({ platform: 'tap', stream: 'users', account: 'main', batch })).toMatchObject({ key_properties: ['id'], cursor_after: '{"users":1}', api_version: null });
    await expect(run([schema, '{"type":"RECORD","stream":"users","record":{"id":3}}', 'INFO'])).rejects.toMatchObject({ code: 'singer_invalid_line' });
    expect(await recordsInLake(lake, 'users', 'tap')).toHaveLength(3);
  });
});
