import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { adPerformance } from '../../src/sources/ads/ad-performance.ts';
import { writeAdRows } from '../ad-rows.client.ts';
import { loadFiles } from '../bare-load.client.ts';
import type { Measurement } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { writeRowFiles } from '../row-files.client.ts';
import { ratioOf } from '../samples.ts';
import { compare, countsOf } from './import-billing.ts';

/** Rows for each account of the lake: a million at full size. */
const ROWS_PER_ACCOUNT = 200 / 9;
const MOST_MEGABYTES = 250;

/** The import of ad days, with the facts of them, against the bare load of the same rows into the raw table alone. */
export const importAds: Measurement = {
  name: 'ads',
  summary: 'import-ads of a million rows, facts included, against bare LOAD DATA LOCAL INFILE of the raw rows; the same again; peak memory',
  async run(bench) {
    const lake = join(bench.folder, 'ads');
    const rows = Math.round(bench.accounts * ROWS_PER_ACCOUNT);
    bench.say(`writing ${rows} rows of advertisements`);
    await writeAdRows(lake, rows);
    const files = await writeRowFiles(lake, [adPerformance], join(bench.folder, 'ad-rows'), bench.hub.root, bench.signal);
    const seconds = { hub: [] as number[], load: [] as number[], again: [] as number[] };
    const megabytes: number[] = [];
    for (let round = 1; round <= bench.runs; round++) {
      const say = (what: string): void => bench.say(`round ${round} of ${bench.runs}: ${what}`);
      const database = await bench.server.create();
      const place = { databaseUrl: database.url, lake };
      await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
      say('import-ads');
      const first = await runHub(bench.hub, ['import-ads'], place, bench.signal);
      say('bare LOAD DATA LOCAL INFILE');
      seconds.load.push(await compare(bench, { database, counts: await countsOf(database, files) }, files, 'hub', loadFiles));
      say('import-ads of the same batch');
      const again = await runHub(bench.hub, ['import-ads', '--from', '2026-02-01', '--to', '2026-02-02'], place, bench.signal);
      await database.drop();
      seconds.hub.push(first.seconds);
      seconds.again.push(again.seconds);
      megabytes.push(Math.max(first.peakMegabytes, again.peakMegabytes));
    }
    rmSync(lake, { recursive: true });
    return {
      facts: { rows },
      figures: [
        { name: 'import-ads, with facts', unit: 's', samples: seconds.hub },
        { name: 'import-ads, the same again', unit: 's', samples: seconds.again },
        { name: 'bare LOAD DATA of the raw rows', unit: 's', samples: seconds.load },
        { name: 'peak memory', unit: 'MB', samples: megabytes },
      ],
      bars: [
        { name: 'rate of import-ads / rate of bare LOAD DATA', unit: '×', limit: { atLeast: 0.5 }, ...ratioOf(seconds.load, seconds.hub) },
        { name: 'peak memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes },
      ],
      ratios: [{ name: 'time of the same again / time of the first', unit: '×', ...ratioOf(seconds.again, seconds.hub) }],
    };
  },
};
