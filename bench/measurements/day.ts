import { join } from 'node:path';

import type { Bench, Figure, Measurement } from '../bench.ts';
import { runHub, type HubRun } from '../hub.client.ts';
import { writeNextDay } from '../next-day.client.ts';
import { spreadOf } from '../samples.ts';
import { stages } from './stages.ts';

const MOST_MEGABYTES = 300;
const MOST_SECONDS_A_DAY = 300;
const MOST_SECONDS_AN_INCREMENT = 20;

/** Runs of the stages of one day, in their order. */
type Day = readonly HubRun[];

/** All stages from nothing, and once more on the day after. */
export const day: Measurement = {
  name: 'day',
  summary: 'all stages on an empty database, then a day on which one account of a hundred has changed; peak memory of each',
  async run(bench) {
    const { folder: lake, rows } = await bench.lakes.full();
    bench.say('writing the day after');
    const next = await writeNextDay(lake, join(bench.folder, 'lake-next-day'), bench.signal);
    const rounds: { readonly first: Day; readonly increment: Day }[] = [];
    for (let round = 1; round <= bench.runs; round++) {
      const database = await bench.server.create();
      const place = { databaseUrl: database.url, lake };
      await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
      const first = await runDay(bench, place, `round ${round} of ${bench.runs}: the first day`);
      const increment = await runDay(bench, { ...place, lake: next.folder }, `round ${round} of ${bench.runs}: the day after`);
      rounds.push({ first, increment });
      await database.drop();
    }
    const [first, increment] = [rounds.map((round) => round.first), rounds.map((round) => round.increment)];
    const peaks = rounds.map((round) => Math.max(...[...round.first, ...round.increment].map(({ peakMegabytes }) => peakMegabytes)));
    return {
      facts: { rows, changed_rows: next.rows },
      figures: [...figuresOf('first day', first), ...figuresOf('day after', increment)],
      bars: [
        { name: 'first day, all stages', unit: 's', limit: { atMost: MOST_SECONDS_A_DAY }, value: spreadOf(sums(first)).median, rounds: sums(first) },
        { name: 'day after, all stages', unit: 's', limit: { atMost: MOST_SECONDS_AN_INCREMENT }, value: spreadOf(sums(increment)).median, rounds: sums(increment) },
        { name: 'peak memory of any stage', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...peaks), rounds: peaks },
      ],
      ratios: [],
    };
  },
};

async function runDay(bench: Bench, place: { readonly databaseUrl: string; readonly lake: string }, what: string): Promise<Day> {
  const runs: HubRun[] = [];
  for (const stage of stages) {
    bench.say(`${what}: ${stage[0]}`);
    runs.push(await runHub(bench.hub, stage, place, bench.signal));
  }
  return runs;
}

function figuresOf(when: string, days: readonly Day[]): Figure[] {
  const seconds = stages.map(([command], stage): Figure => ({ name: `${when}: ${command}`, unit: 's', samples: days.map((runs) => runs[stage]?.seconds ?? 0) }));
  const memory = stages.map(([command], stage): Figure => ({ name: `${when}: peak memory of ${command}`, unit: 'MB', samples: days.map((runs) => runs[stage]?.peakMegabytes ?? 0) }));
  return [...seconds, { name: `${when}: all stages`, unit: 's', samples: sums(days) }, ...memory];
}

function sums(days: readonly Day[]): number[] {
  return days.map((runs) => runs.reduce((sum, { seconds }) => sum + seconds, 0));
}
