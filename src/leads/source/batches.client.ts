import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../../core/errors.ts';
import { parseBatchId, type BatchId } from '../../core/time.ts';

/** The batches of a kind and brand that lie in an intake, ascending, whatever is in them. */
export interface FeedBatches {
  readonly entity: string;
  readonly brand: string;
  readonly batches: readonly BatchId[];
}

/** Everything that lies in the folder of an intake, by kind and brand. */
export async function batchesIn(folder: string): Promise<FeedBatches[]> {
  const feeds: FeedBatches[] = [];
  for (const entity of await namesIn(folder)) {
    for (const place of await namesIn(join(folder, entity))) {
      if (!place.startsWith('brand=')) continue;
      const batches = (await namesIn(join(folder, entity, place))).flatMap((name) => (name.startsWith('batch=') ? (parseBatchId(name.slice('batch='.length)) ?? []) : []));
      feeds.push({ entity, brand: place.slice('brand='.length), batches });
    }
  }
  return feeds;
}

/** Removes a batch with all its files; gives how many there are. */
export async function removeBatch(folder: string, { entity, brand }: Omit<FeedBatches, 'batches'>, batch: BatchId, dryRun: boolean): Promise<number> {
  const place = join(folder, entity, `brand=${brand}`, `batch=${batch}`);
  const files = await namesIn(place);
  if (!dryRun) await rm(place, { recursive: true, force: true });
  return files.length;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
    throw error;
  }
}
