import type { Database } from '../../../src/db/database.ts';
import { importLakeOf } from '../../../src/lake/sources/import-lake.ts';
import { factsOf } from '../../../src/facts/index.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { runImport, type ImportRequest } from '../../../src/raw/import/run-import.ts';
import { sourceFeeds } from '../../../src/raw/import/source-feeds.ts';
import { deriveFacts } from '../../../src/shops/run-facts.ts';
import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock } from '../../../src/core/time.ts';
import { batchOf } from '../lakes/lake.ts';
import type { TestSourceLake } from '../lakes/source-lake.ts';

const BRANDS = ['alpina', 'belmont', 'corvina'];

/** Imports all that lies in a source lake, and derives its facts, as `hub import-sources` does. */
export async function importSources(database: Database, { lake }: TestSourceLake, clock: Clock, changes: Partial<ImportRequest> = {}): ReturnType<typeof runImport> {
  const { feeds, problems } = await sourceFeeds(lake, { brands: BRANDS, knownBrands: BRANDS, declared: [] });
  const services = { database, clock, version: '0.0.0', lake: importLakeOf(lake), signal: new AbortController().signal, config: { brands: BRANDS.map((id) => ({ id })) }, progress: silentProgress, factsOf };
  const request: ImportRequest = {
    ...{ command: 'import-sources', brands: BRANDS, feeds, problems, entities: [...new Set(feeds.map(({ entity }) => entity))], range: undefined },
    ...{ until: batchOf('20270101T000000Z'), shard: wholeShard, rejectLimit: parseRejectLimit('50%'), dryRun: false },
  };
  return runImport(services, { ...request, ...changes }, deriveFacts(BRANDS));
}
