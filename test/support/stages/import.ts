import { openFileLake } from '../../../src/lake/files/files.client.ts';
import type { Database } from '../../../src/db/database.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import type { SortCapacity } from '../../../src/raw/store/sort/line-sorter.client.ts';
import { runImport, type ImportRequest, type ImportServices } from '../../../src/raw/import/run-import.ts';
import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock } from '../../../src/core/time.ts';
import { batchOf, type TestLake } from '../lakes/lake.ts';

type Imported = Awaited<ReturnType<typeof runImport>>;

/** Imports the invoices of alpina, or what the changes ask for. */
export async function importLake(
  database: Database,
  lake: TestLake,
  clock: Clock,
  changes: Partial<ImportRequest> = {},
  onProgress: (done: number, stop: () => void, rows: number) => void = () => undefined,
  capacity?: SortCapacity,
  factsOf?: ImportServices['factsOf'],
): Promise<Imported> {
  const controller = new AbortController();
  const update = (done: number, rows: number): void => onProgress(done, () => controller.abort(), rows);
  const services = {
    database,
    clock,
    version: '0.0.0',
    lake: lake.open?.() ?? openFileLake(lake.root),
    signal: controller.signal,
    config: { brands: ['alpina', 'belmont', 'corvina'].map((id) => ({ id })) },
    progress: { ...silentProgress, update },
    ...(capacity && { capacity }),
    ...(factsOf && { factsOf }),
  };
  const request: ImportRequest = {
    command: 'import-billing',
    brands: ['alpina'],
    entities: [invoice],
    range: undefined,
    until: batchOf('20270101T000000Z'),
    shard: wholeShard,
    rejectLimit: parseRejectLimit('1%'),
    dryRun: false,
  };
  return runImport(services, { ...request, ...changes });
}
