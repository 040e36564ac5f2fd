import { appendFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { HubError } from '../../src/core/errors.ts';
import { addDays, dateOf, systemClock } from '../../src/core/time.ts';
import type { Bench, Measurement } from '../bench.ts';
import { runHub, type HubRun } from '../hub.client.ts';
import { startAdReportServer, type ReportServer } from '../pages.client.ts';
import { ratioOf } from '../samples.ts';

/** Three windows of reports. */
const DAYS = 93;
/** Rows for each account of the lake: a million at full size. */
const ROWS_PER_ACCOUNT = 200 / 9;
const MOST_MEGABYTES = 250;
const MOST_GROWTH = 1.2;
/** Batches are at least a second apart by their ids, and an import takes none that is of a later time. */
const BATCHES_MS = 5_000;
const SECRETS = { BENCH_ID: 'client', BENCH_SECRET: 'secret', BENCH_TOKEN: 'token' };

/** What one size came to. */
interface Taken {
  readonly extract: HubRun;
  readonly first: HubRun;
  readonly again: HubRun;
}

/** Ad days of a platform through extract and import, at two sizes, and the same days again. */
export const adSources: Measurement = {
  name: 'ad-sources',
  summary: 'extract and import-sources of a million ad rows of a platform, facts included: memory at ten times the rows; the same days again',
  async run(bench) {
    const rowsPerDay = Math.max(10, Math.round((bench.accounts * ROWS_PER_ACCOUNT) / DAYS));
    const taken: { tenth: Taken[]; all: Taken[] } = { tenth: [], all: [] };
    for (let round = 1; round <= bench.runs; round++) {
      bench.say(`round ${round} of ${bench.runs}: a tenth`);
      taken.tenth.push(await take(bench, Math.round(rowsPerDay / 10)));
      bench.say(`round ${round} of ${bench.runs}: ${rowsPerDay * DAYS} rows of advertisements`);
      taken.all.push(await take(bench, rowsPerDay));
    }
    const of = (list: readonly Taken[], step: keyof Taken, what: 'seconds' | 'peakMegabytes'): number[] => list.map((each) => each[step][what]);
    const peaks = taken.all.map(({ extract, first, again }) => Math.max(...[extract, first, again].map(({ peakMegabytes }) => peakMegabytes)));
    const growth = (step: keyof Taken) => ratioOf(of(taken.all, step, 'peakMegabytes'), of(taken.tenth, step, 'peakMegabytes'));
    return {
      facts: { rows: rowsPerDay * DAYS, days: DAYS },
      figures: [
        { name: 'extract', unit: 's', samples: of(taken.all, 'extract', 'seconds') },
        { name: 'import-sources, with facts', unit: 's', samples: of(taken.all, 'first', 'seconds') },
        { name: 'import-sources of the same days again', unit: 's', samples: of(taken.all, 'again', 'seconds') },
        { name: 'peak memory of extract', unit: 'MB', samples: of(taken.all, 'extract', 'peakMegabytes') },
        { name: 'peak memory of import-sources', unit: 'MB', samples: of(taken.all, 'first', 'peakMegabytes') },
      ],
      bars: [
        { name: 'extract: memory at ten times the rows', unit: '×', limit: { atMost: MOST_GROWTH }, ...growth('extract') },
        { name: 'import-sources: memory at ten times the rows', unit: '×', limit: { atMost: MOST_GROWTH }, ...growth('first') },
        { name: 'peak memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...peaks), rounds: peaks },
        { name: 'time of the same days again / time of the first', unit: '×', limit: { atMost: 1 }, ...ratioOf(of(taken.all, 'again', 'seconds'), of(taken.all, 'first', 'seconds')) },
      ],
      ratios: [],
    };
  },
};

/** Extracts and imports so many rows of each day into a new database, and the same days once more. */
async function take(bench: Bench, rowsPerDay: number): Promise<Taken> {
  const folder = join(bench.folder, 'ad-sources');
  const server = await startAdReportServer({ rowsPerDay });
  const database = await bench.server.create();
  try {
    const place = { databaseUrl: database.url, lake: folder, environment: { HUB_CONFIG: configure(bench, folder, server), HUB_SOURCES_URL: `file:${join(folder, 'lake')}`, ...SECRETS } };
    const run = (...args: readonly string[]): Promise<HubRun> => runHub(bench.hub, args, place, bench.signal);
    await run('migrate', 'up');
    const extract = await run('extract');
    await sleep(BATCHES_MS);
    const first = await run('import-sources');
    const today = dateOf(systemClock.now());
    await run('extract', '--stream', 'sp_ad_group_day', '--from', addDays(today, 1 - DAYS), '--to', addDays(today, 1));
    await sleep(BATCHES_MS);
    const again = await run('import-sources');
    // A day that begins meanwhile has rows of its own.
    const days = dateOf(systemClock.now()) === today ? DAYS : DAYS + 1;
    expect(first.totals['inserted'] === DAYS * rowsPerDay + 1, `${first.totals['inserted']} rows were stored instead of ${DAYS * rowsPerDay + 1}.`);
    expect(days > DAYS || (again.totals['inserted'] === 0 && again.totals['updated'] === 0 && again.totals['facts_updated'] === 0), 'The same days were not found unchanged.');
    return { extract, first, again };
  } finally {
    await database.drop();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function expect(isSo: boolean, message: string): void {
  if (!isSo) throw new HubError('unexpected', 'different_work', message, { nextStep: 'The measurement is not of what it should be: report it.' });
}

/** The project's configuration with an account of the server. @returns the file */
function configure({ hub }: Bench, folder: string, server: ReportServer): string {
  mkdirSync(folder, { recursive: true });
  for (const name of ['config', 'hub.config.yaml']) cpSync(join(hub.root, name), join(folder, name), { recursive: true });
  const file = join(folder, 'hub.config.yaml');
  const start = addDays(dateOf(systemClock.now()), 1 - DAYS);
  appendFileSync(file, `\nsources:\n  - { platform: amazon_ads, account: bench, brand: alpina, start: ${start}, base_url: "${server.url}", streams: [sp_ad_group_day, profiles], settings: { profile: "1", region: eu }, credentials: { client_id: BENCH_ID, client_secret: BENCH_SECRET, refresh_token: BENCH_TOKEN } }\n`);
  return file;
}
