import { createWriteStream, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

import { migrations } from '../../migrations/index.ts';
import { HubError } from '../../src/core/errors.ts';
import { addDays, dateOf, systemClock } from '../../src/core/time.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrateUp } from '../../src/db/migrator.ts';
import { openFolderLake } from '../../src/lake/sources/folder-lake.client.ts';
import { silentProgress } from '../../src/monitoring/progress.ts';
import { ensureRawTables } from '../../src/raw/store/ensure-tables.ts';
import type { Rate } from '../../src/sources/api/budget.ts';
import type { Platform } from '../../src/sources/api/platform.ts';
import { runExtract } from '../../src/sources/extract/run-extract.ts';
import { stripe } from '../../src/sources/platforms/stripe/stripe.ts';
import type { Bench, Measurement } from '../bench.ts';
import { startPageServer, type PageServer } from '../pages.client.ts';
import { ratioOf } from '../samples.ts';

const RECORDS_PER_PAGE = 100;
const PAGES = 1_000;
/** The budget of the second part, and the requests that are made under it. */
const BUDGET = 50;
const BUDGET_PAGES = 300;
const LEAST_RATE = 0.6;
const MOST_TIME = 1.15;
const MOST_REFUSED = 0.01;
const MOST_GROWTH = 1.2;
const MOST_MEGABYTES = 250;

/** How fast pages become batches, against fetching and compressing them alone, and how well a limit is met. */
export const extract: Measurement = {
  name: 'extract',
  summary: 'hub extract of 100,000 records against a bare fetch-and-gzip loop; a budget of requests; memory',
  async run(bench) {
    const [bare, own, paced]: [number[], number[], number[]] = [[], [], []];
    const [refused, small, large]: [number[], number[], number[]] = [[], [], []];
    const server = await startPageServer({ pages: PAGES, recordsPerPage: RECORDS_PER_PAGE, requestsPerSecond: Number.MAX_SAFE_INTEGER });
    const tenth = await startPageServer({ pages: PAGES / 10, recordsPerPage: RECORDS_PER_PAGE, requestsPerSecond: Number.MAX_SAFE_INTEGER });
    const limited = await startPageServer({ pages: BUDGET_PAGES, recordsPerPage: 1, requestsPerSecond: BUDGET });
    try {
      for (let round = 1; round <= bench.runs; round++) {
        const say = (what: string): void => bench.say(`round ${round} of ${bench.runs}: ${what}`);
        // Memory that is taken is not given back, so the smaller one comes first.
        say(`${PAGES} pages by hub extract`);
        small.push((await extractPages(bench, tenth, undefined, (PAGES / 10) * RECORDS_PER_PAGE)).megabytes);
        const whole = await extractPages(bench, server, undefined, PAGES * RECORDS_PER_PAGE);
        own.push(whole.seconds);
        large.push(whole.megabytes);
        say('the same, fetched and compressed');
        bare.push(await secondsOf(() => fetchAndCompress(bench, server)));
        say(`${BUDGET_PAGES} requests under a budget of ${BUDGET} a second`);
        await limited.counts();
        paced.push((await extractPages(bench, limited, { requests: BUDGET, perMs: 1_000 }, BUDGET_PAGES)).seconds);
        const counts = await limited.counts();
        refused.push(counts.refused / counts.requests);
      }
    } finally {
      await Promise.all([server.close(), tenth.close(), limited.close()]);
    }
    const ideal = paced.map(() => BUDGET_PAGES / BUDGET);
    const most = Math.max(...large);
    return {
      facts: { records: PAGES * RECORDS_PER_PAGE, pages: PAGES, budget: BUDGET },
      figures: [
        { name: 'fetch and gzip alone', unit: 's', samples: bare },
        { name: 'hub extract', unit: 's', samples: own },
        { name: `${BUDGET_PAGES} requests at ${BUDGET} a second`, unit: 's', samples: paced },
        { name: 'peak memory of the process', unit: 'MB', samples: large },
      ],
      bars: [
        { name: 'rate of extract / bare loop', unit: '×', limit: { atLeast: LEAST_RATE }, ...ratioOf(bare, own) },
        { name: 'time under a budget / requests ÷ budget', unit: '×', limit: { atMost: MOST_TIME }, ...ratioOf(paced, ideal) },
        { name: 'requests answered 429', unit: '×', limit: { atMost: MOST_REFUSED }, value: Math.max(...refused), rounds: refused },
        { name: 'memory at ten times the records', unit: '×', limit: { atMost: MOST_GROWTH }, ...ratioOf(large, small) },
        { name: 'peak memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: most, rounds: large },
      ],
      ratios: [],
    };
  },
};

/** One page after the other, as they are, through gzip into a file. */
async function fetchAndCompress({ folder }: Bench, server: PageServer): Promise<void> {
  const file = join(folder, 'bare.gz');
  const gzip = createGzip({ level: 6 });
  const target = gzip.pipe(createWriteStream(file));
  for (let page = 0, more = true; more; page++) {
    const after = page === 0 ? '' : `?starting_after=txn_${String(page * RECORDS_PER_PAGE - 1).padStart(9, '0')}`;
    const text = await (await fetch(`${server.url}/v1/balance_transactions${after}`)).text();
    more = text.includes('"has_more": true');
    if (!gzip.write(text)) await once(gzip, 'drain');
  }
  gzip.end();
  await finished(target);
  await rm(file);
}

async function extractPages(bench: Bench, server: PageServer, rate: Rate | undefined, expected: number): Promise<{ seconds: number; megabytes: number }> {
  const folder = mkdtempSync(join(bench.folder, 'extract-'));
  const database = openDatabase(`sqlite:${join(folder, 'hub.db')}`);
  await migrateUp(database, migrations, ensureRawTables, systemClock);
  // Its own limits would be what is measured.
  const platform: Platform = { ...stripe, budget: { concurrency: stripe.budget.concurrency, ...(rate === undefined ? {} : { rate: () => rate }) } };
  const account = { platform: 'stripe', account: 'bench', brand: 'alpina', settings: {}, credentials: { api_key: 'BENCH' }, start: dateOf(systemClock.now()), on_version_change: 'fail' as const, base_url: server.url };
  const services = {
    ...{ database, clock: systemClock, version: '0', lake: openFolderLake(join(folder, 'lake')), progress: silentProgress, proxy: undefined, signal: bench.signal },
    store: { find: () => Promise.resolve({ value: 'rk_test_bench', origin: 'environment' as const }), replace: () => Promise.resolve() },
  };
  const streams = platform.streams.filter(({ name }) => name === 'balance_transactions');
  const today = dateOf(systemClock.now());
  const range = { from: `${today} 00:00:00.000000`, to: `${addDays(today, 1)} 00:00:00.000000` } as Parameters<typeof runExtract>[1]['range'];
  global.gc?.();
  const memory = watchMemory();
  let records = 0;
  const seconds = await secondsOf(async () => {
    const report = await runExtract(services, { accounts: [{ platform, account, streams }], range, shard: '1/1', maxWaitMs: 60_000, maxRequests: undefined, dryRun: false, params: {} });
    records = Number(report.totals['records']);
  });
  const megabytes = memory();
  await database.close();
  await rm(folder, { recursive: true, force: true });
  if (records !== expected) throw new HubError('unexpected', 'different_work', `${records} records instead of ${expected}.`, { nextStep: 'The measurement is not of what it should be: report it.' });
  return { seconds, megabytes };
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

/** The most memory of this process until the returned function is called, in megabytes. */
function watchMemory(): () => number {
  let most = process.memoryUsage().rss;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  return () => {
    clearInterval(timer);
    return most / 1_048_576;
  };
}
