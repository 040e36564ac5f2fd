import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { invoice } from '../../src/sources/billing/invoice.ts';
import type { Measurement } from '../bench.ts';
import { writeRandomInvoices } from '../random-invoices.client.ts';
import { ratioOf } from '../samples.ts';
import { importFigures, measureImport } from './import-billing.ts';

/** Rows for each account of the lake: 500,000 at full size. */
const ROWS_PER_ACCOUNT = 100 / 9;

/**
 * The import of one feed with random keys, and a table that outgrows the server's buffer pool: the case in which the order of
 * the rows decides (docs/decisions/0009).
 */
export const randomKeys: Measurement = {
  name: 'keys',
  summary: 'import-billing of one feed with random keys, against bare LOAD DATA and against 1,000-row upserts',
  async run(bench) {
    const lake = join(bench.folder, 'random-keys');
    const rows = Math.round(bench.accounts * ROWS_PER_ACCOUNT);
    bench.say(`writing ${rows} invoices`);
    await writeRandomInvoices(lake, rows);
    const { rounds } = await measureImport(bench, lake, [invoice]);
    rmSync(lake, { recursive: true });
    const { hub, load, plainUpserts, upserts } = rounds;
    return {
      facts: { rows },
      figures: importFigures(rounds, rows),
      bars: [
        { name: 'rate of import-billing / rate of bare LOAD DATA', unit: '×', limit: { atLeast: 0.5 }, ...ratioOf(load, hub) },
        { name: 'rate of import-billing / rate of upserts, plain tables', unit: '×', limit: { atLeast: 4 }, ...ratioOf(plainUpserts, hub) },
      ],
      ratios: [{ name: 'rate of import-billing / rate of upserts, same tables', unit: '×', ...ratioOf(upserts, hub) }],
    };
  },
};
