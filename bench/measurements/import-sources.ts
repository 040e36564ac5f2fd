import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Measurement } from '../bench.ts';
import { runHub, type HubRun } from '../hub.client.ts';
import { writeRandomInvoices } from '../random-invoices.client.ts';
import { ratioOf } from '../samples.ts';
import { writeShopOrders } from '../source-records.client.ts';

/** Records for each account of the lake: 200,000 at full size. */
const PER_ACCOUNT = 40 / 9;
const MOST_MEGABYTES = 250;
const MOST_GROWTH = 1.2;

/** The first import of a shop's orders, with the facts of them, against the import of as many invoices. */
export const importSources: Measurement = {
  name: 'sources',
  summary: 'import-sources of orders of a shop, against import-billing of as many invoices; its memory at ten times the records',
  async run(bench) {
    const rows = Math.round(bench.accounts * PER_ACCOUNT);
    const folder = (name: string): string => join(bench.folder, name);
    bench.say(`writing ${rows} orders and invoices`);
    await writeShopOrders(folder('orders-tenth'), Math.round(rows / 10));
    await writeShopOrders(folder('orders'), rows);
    await writeRandomInvoices(folder('invoices'), rows);
    const seconds = { sources: [] as number[], billing: [] as number[] };
    const megabytes = { tenth: [] as number[], all: [] as number[] };
    const timed = async (args: readonly string[], lake: string): Promise<HubRun> => {
      const database = await bench.server.create();
      const place = { databaseUrl: database.url, lake: folder('invoices'), environment: { HUB_SOURCES_URL: `file:${lake}` } };
      await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
      const run = await runHub(bench.hub, args, place, bench.signal);
      await database.drop();
      return run;
    };
    for (let round = 1; round <= bench.runs; round++) {
      bench.say(`round ${round} of ${bench.runs}`);
      megabytes.tenth.push((await timed(['import-sources'], folder('orders-tenth'))).peakMegabytes);
      const sources = await timed(['import-sources'], folder('orders'));
      seconds.sources.push(sources.seconds);
      megabytes.all.push(sources.peakMegabytes);
      seconds.billing.push((await timed(['import-billing', '--brand', 'alpina', '--entity', 'invoice'], folder('orders'))).seconds);
    }
    for (const name of ['orders-tenth', 'orders', 'invoices']) rmSync(folder(name), { recursive: true });
    return {
      facts: { rows },
      figures: [
        { name: 'import-sources, with facts', unit: 's', samples: seconds.sources },
        { name: 'import-billing', unit: 's', samples: seconds.billing },
        { name: 'peak memory, a tenth', unit: 'MB', samples: megabytes.tenth },
        { name: 'peak memory, all', unit: 'MB', samples: megabytes.all },
      ],
      bars: [
        { name: 'rate of import-sources / rate of import-billing', unit: '×', limit: { atLeast: 0.5 }, ...ratioOf(seconds.billing, seconds.sources) },
        { name: 'memory of all / memory of a tenth', unit: '×', limit: { atMost: MOST_GROWTH }, ...ratioOf(megabytes.all, megabytes.tenth) },
        { name: 'peak memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes.all), rounds: megabytes.all },
      ],
      ratios: [],
    };
  },
};
