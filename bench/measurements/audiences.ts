import { join } from 'node:path';

import { addDays, dateOf, systemClock } from '../../src/core/time.ts';
import type { Bench, Measurement, Outcome } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { changePersons, storePersons } from '../persons.client.ts';

const MOST_MEGABYTES = 300;
/** 500,000 persons beside the default lake of 45,000 accounts. */
const PERSONS_PER_ACCOUNT = 500_000 / 45_000;
const CHANGED_OF = 100;

/** build-audiences over persons made in SQL: all audiences that come with hub, on all their platforms. */
export const audiences: Measurement = {
  name: 'audiences',
  summary: 'build-audiences: the first delivery of everything, then a day on which one person in a hundred changed; peak memory',
  async run(bench) {
    const persons = Math.ceil(bench.accounts * PERSONS_PER_ACCOUNT);
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.runs; round++) rounds.push(await measureRound(bench, persons, round));
    return outcomeOf(rounds, persons);
  },
};

interface Day {
  readonly seconds: number;
  readonly megabytes: number;
  readonly members: number;
}

type Round = readonly [first: Day, next: Day];

async function measureRound(bench: Bench, persons: number, round: number): Promise<Round> {
  const say = (what: string): void => bench.say(`round ${round} of ${bench.runs}: ${what}`);
  const today = dateOf(systemClock.now());
  const yesterday = addDays(today, -1);
  const database = await bench.server.create();
  const place = { databaseUrl: database.url, lake: bench.folder };
  await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
  const output = join(bench.folder, `audiences-${round}`);
  const build = async (date: string): Promise<Day> => {
    const run = await runHub(bench.hub, ['build-audiences', '--as-of', date, '--output-dir', output], place, bench.signal);
    return { seconds: run.seconds, megabytes: run.peakMegabytes, members: run.totals['members'] ?? 0 };
  };
  const connection = await database.connect();
  try {
    say(`making ${persons.toLocaleString('en-US')} persons`);
    await storePersons(connection, persons, today);
    say('first delivery');
    const first = await build(yesterday);
    await changePersons(connection, CHANGED_OF);
    say('the next day');
    return [first, await build(today)];
  } finally {
    if (bench.signal.aborted) connection.destroy();
    else await connection.end();
    await database.drop();
  }
}

function outcomeOf(rounds: readonly Round[], persons: number): Outcome {
  const of = (day: 0 | 1, part: keyof Day): number[] => rounds.map((round) => round[day][part]);
  const megabytes = rounds.map((round) => Math.max(...round.map((day) => day.megabytes)));
  return {
    facts: { persons, members_of_all_lists: rounds[0]?.[0].members ?? 0 },
    figures: [
      { name: 'first delivery', unit: 's', samples: of(0, 'seconds') },
      { name: 'a day with 1 % changed', unit: 's', samples: of(1, 'seconds') },
      { name: 'peak memory, first delivery', unit: 'MB', samples: of(0, 'megabytes') },
      { name: 'peak memory, a day with 1 % changed', unit: 'MB', samples: of(1, 'megabytes') },
    ],
    bars: [{ name: 'peak memory of build-audiences', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes }],
    ratios: [],
  };
}
