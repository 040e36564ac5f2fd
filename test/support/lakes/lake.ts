import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'csv-stringify/sync';

import type { Lake } from '../../../src/lake/port/lake.ts';
import { parseBatchId, type BatchId } from '../../../src/core/time.ts';
import { temporaryFolder } from '../suite/temporary-folder.ts';

/** A lake on disk that a test fills. */
export interface TestLake {
  readonly root: string;
  /** Opened in another way than as files of hub's own form. */
  readonly open?: () => Lake;
  /** Adds a part to a partition; a name that ends in `.gz` has text compressed. */
  write(entity: string, batch: string, content: string | Buffer, place?: { readonly brand?: string; readonly file?: string; readonly feed?: 'billing' | 'email' | 'ads' | 'inventory' }): void;
}

/** One row of an export: values by header. */
export type ExportRow = Readonly<Record<string, string>>;

/** An empty lake. */
export function testLake(): TestLake {
  const root = temporaryFolder('lake');
  return {
    root,
    write(entity, batch, content, { brand = 'alpina', file = 'part-0.csv', feed = 'billing' } = {}) {
      const folder = join(root, feed, entity, `brand=${brand}`, `batch=${batch}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, file), typeof content === 'string' && file.endsWith('.gz') ? gzipSync(content) : content);
    },
  };
}

/** CSV with a header: the columns given, or those of the first row. */
export function csv(rows: readonly ExportRow[], columns: readonly string[] = Object.keys(rows[0] ?? {})): string {
  return stringify([[...columns], ...rows.map((row) => columns.map((column) => row[column] ?? ''))]);
}

/** The name of a partition; throws if it is none. */
export function batchOf(text: string): BatchId {
  const batch = parseBatchId(text);
  if (batch === undefined) throw new Error(`${text} is no batch`);
  return batch;
}

/** An id as the billing platform makes it. */
export function hexId(number: number): string {
  return number.toString(16).padStart(32, '0');
}
