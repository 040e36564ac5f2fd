import { join } from 'node:path';

import type { Bench, Measurement } from '../bench.ts';
import { runHub, type HubRun } from '../hub.client.ts';
import { writeNextDay } from '../next-day.client.ts';
import { ratioOf } from '../samples.ts';
import { stages } from './stages.ts';

const MOST_OF_ASSEMBLING = 1;
const MOST_OF_FIRST_BUILD = 0.1;
/** `hub report` of all brands and pages. */
const MOST_OF_FIRST_BUILD_FOR_REPORT = 0.2;
const MOST_MEGABYTES = 250;
/** Ten times the accounts may take eleven times as long. */
const MOST_PER_ACCOUNT = 1.1;

/** One database from nothing to metrics, and the day after. */
interface Round {
  readonly assemble: HubRun;
  readonly first: HubRun;
  readonly increment: HubRun;
  readonly report: HubRun;
  /** The first build of a tenth of the accounts. */
  readonly tenth: HubRun;
}

/** The first build of all metrics against the assembly of orders, and a day on which one account of a hundred has changed. */
export const metrics: Measurement = {
  name: 'metrics',
  summary: 'build-metrics of everybody against assemble-orders, report against it, build-metrics after a day on which one account of a hundred has changed, and of a tenth of the accounts',
  async run(bench) {
    const [full, tenth] = [await bench.lakes.full(), await bench.lakes.tenth()];
    const next = await writeNextDay(full.folder, join(bench.folder, 'lake-metrics'), bench.signal);
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.runs; round++) {
      const what = `round ${round} of ${bench.runs}`;
      const small = await firstBuild(bench, tenth.folder, `${what}, a tenth`);
      await small.drop();
      const whole = await firstBuild(bench, full.folder, what);
      bench.say(`${what}: report`);
      const report = await runHub(bench.hub, ['report', '--output-dir', join(bench.folder, `report-${round}`)], { databaseUrl: whole.databaseUrl, lake: full.folder }, bench.signal);
      const increment = await dayAfter(bench, { databaseUrl: whole.databaseUrl, lake: next.folder }, `${what}, the day after`);
      await whole.drop();
      rounds.push({ assemble: whole.assemble, first: whole.build, report, increment, tenth: small.build });
    }
    const seconds = (run: keyof Round) => rounds.map((round) => round[run].seconds);
    const megabytes = rounds.map(({ first, report, increment }) => Math.max(first.peakMegabytes, report.peakMegabytes, increment.peakMegabytes));
    const growth = ratioOf(seconds('first'), seconds('tenth'));
    const accounts = full.rows / tenth.rows;
    return {
      facts: { rows: full.rows, rows_tenth: tenth.rows, changed_rows: next.rows, persons: rounds[0]?.first.totals['persons'] ?? 0, persons_after: rounds[0]?.increment.totals['persons'] ?? 0 },
      figures: [
        { name: 'assemble-orders', unit: 's', samples: seconds('assemble') },
        { name: 'build-metrics, everybody', unit: 's', samples: seconds('first') },
        { name: 'report', unit: 's', samples: seconds('report') },
        { name: 'build-metrics, the day after', unit: 's', samples: seconds('increment') },
        { name: 'build-metrics, a tenth of the accounts', unit: 's', samples: seconds('tenth') },
        { name: 'peak memory', unit: 'MB', samples: megabytes },
      ],
      bars: [
        { name: 'first build / assemble-orders', unit: '×', limit: { atMost: MOST_OF_ASSEMBLING }, ...ratioOf(seconds('first'), seconds('assemble')) },
        { name: 'the day after / first build', unit: '×', limit: { atMost: MOST_OF_FIRST_BUILD }, ...ratioOf(seconds('increment'), seconds('first')) },
        { name: 'report / first build', unit: '×', limit: { atMost: MOST_OF_FIRST_BUILD_FOR_REPORT }, ...ratioOf(seconds('report'), seconds('first')) },
        { name: 'peak memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes },
        { name: 'growth of the time / growth of the accounts', unit: '×', limit: { atMost: MOST_PER_ACCOUNT }, value: growth.value / accounts, rounds: growth.rounds.map((time) => time / accounts) },
      ],
      ratios: [{ name: 'time of all / time of a tenth', unit: '×', ...growth }],
    };
  },
};

/** All stages on an empty database, and the first build of its metrics. */
async function firstBuild(bench: Bench, lake: string, what: string): Promise<{ readonly databaseUrl: string; readonly assemble: HubRun; readonly build: HubRun; readonly drop: () => Promise<void> }> {
  const database = await bench.server.create();
  const place = { databaseUrl: database.url, lake };
  await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
  const runs = await runStages(bench, place, what);
  const assemble = runs[stages.findIndex(([command]) => command === 'assemble-orders')];
  if (assemble === undefined) throw new Error('Orders are not among the stages.');
  bench.say(`${what}: build-metrics`);
  return { databaseUrl: database.url, assemble, build: await runHub(bench.hub, ['build-metrics'], place, bench.signal), drop: () => database.drop() };
}

async function dayAfter(bench: Bench, place: { readonly databaseUrl: string; readonly lake: string }, what: string): Promise<HubRun> {
  await runStages(bench, place, what);
  bench.say(`${what}: build-metrics`);
  return runHub(bench.hub, ['build-metrics'], place, bench.signal);
}

async function runStages(bench: Bench, place: { readonly databaseUrl: string; readonly lake: string }, what: string): Promise<HubRun[]> {
  const runs: HubRun[] = [];
  for (const stage of stages) {
    bench.say(`${what}: ${stage[0]}`);
    runs.push(await runHub(bench.hub, stage, place, bench.signal));
  }
  return runs;
}
