import type { BatchId } from '../../../src/core/time.ts';
import { openFolderLake } from '../../../src/lake/sources/folder-lake.client.ts';
import type { BatchManifest } from '../../../src/lake/sources/manifest.ts';
import { PartWriter } from '../../../src/lake/sources/part-writer.client.ts';
import type { SourceLake } from '../../../src/lake/sources/source-lake.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';

/** A batch as a test wants it; `name` is `<platform>/<stream>/<account>/<batch>`. */
export type BatchSpec = Partial<Omit<BatchManifest, 'parts' | 'records'>> & { readonly name: string; readonly records: readonly (object | string)[]; readonly recordsPerPart?: number };

/** A source lake in a folder of its own, written by hub's own writer. */
export interface TestSourceLake {
  readonly lake: SourceLake;
  readonly folder: string;
  put(...batches: readonly BatchSpec[]): Promise<void>;
}

/** An empty lake. */
export function testSourceLake(): TestSourceLake {
  const folder = temporaryFolder('sources');
  const lake = openFolderLake(folder);
  return {
    lake,
    folder,
    async put(...batches) {
      for (const { name, records, recordsPerPart = 50_000, ...more } of batches) {
        const [platform = '', stream = '', account = '', batch = ''] = name.split('/');
        const place = { platform, stream, account, batch: batch as BatchId };
        const writer = new PartWriter(await lake.stage(place), { records: recordsPerPart, bytes: 1 << 26 });
        for (const record of records) await writer.add(typeof record === 'string' ? record : JSON.stringify(record));
        const parts = await writer.finish();
        for (const part of parts) await lake.putPart(place, part);
        await lake.putManifest({
          ...{ format: 1, ...place, brand: 'alpina', run_id: 'r', api_version: null, definition: 'd', slice: { from: null, to: null }, backfill: false, replaces: null },
          ...{ cursor_before: null, cursor_after: null, zone: null, currency: null, requests: 1, records: records.length, skipped: {}, warnings: [] },
          ...{ drift: { unknown: {}, lost: {}, changed: {} }, parts: parts.map((part) => ({ name: part.name, records: part.records, bytes: part.bytes, sha256: part.sha256 })) },
          ...more,
        });
        await lake.unstage(place);
      }
    },
  };
}
