import { join } from 'node:path';

import { emailEvents } from '../../src/sources/index.ts';
import { loadFiles } from '../bare-load.client.ts';
import type { Bench, Measurement, Outcome } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { writeRowFiles, type RowFile } from '../row-files.client.ts';
import { ratioOf } from '../samples.ts';
import { compare, countsOf } from './import-billing.ts';

const MOST_MEGABYTES = 300;

/** import-email, the subscribers included, against the bare LOAD DATA of the same events. */
export const importEmail: Measurement = {
  name: 'email',
  summary: 'import-email, subscribers included, against bare LOAD DATA LOCAL INFILE of the same events; peak memory',
  async run(bench) {
    const { folder: lake, emailEvents: events } = await bench.lakes.email();
    bench.say('writing the events as files for the comparison');
    const files = await writeRowFiles(lake, emailEvents, join(bench.folder, 'events'), bench.hub.root, bench.signal);
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.runs; round++) rounds.push(await measureRound(bench, lake, files, round));
    return outcomeOf(rounds, rows, events);
  },
};

interface Round {
  readonly hub: number;
  readonly megabytes: number;
  readonly load: number;
}

async function measureRound(bench: Bench, lake: string, files: readonly RowFile[], round: number): Promise<Round> {
  const say = (what: string): void => bench.say(`round ${round} of ${bench.runs}: ${what}`);
  const database = await bench.server.create();
  const place = { databaseUrl: database.url, lake };
  await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
  say('import-email');
  const hub = await runHub(bench.hub, ['import-email'], place, bench.signal);
  const model = { database, counts: await countsOf(database, files) };
  say('bare LOAD DATA LOCAL INFILE');
  const load = await compare(bench, model, files, 'hub', loadFiles);
  await database.drop();
  return { hub: hub.seconds, megabytes: hub.peakMegabytes, load };
}

function outcomeOf(rounds: readonly Round[], rows: number, events: number): Outcome {
  const of = (part: keyof Round): number[] => rounds.map((round) => round[part]);
  const [hub, load, megabytes] = [of('hub'), of('load'), of('megabytes')];
  return {
    facts: { events, rows },
    figures: [
      { name: 'import-email', unit: 's', samples: hub },
      { name: 'import-email', unit: 'rows/s', samples: hub.map((seconds) => rows / seconds) },
      { name: 'bare LOAD DATA, same tables', unit: 's', samples: load },
      { name: 'peak memory of import-email', unit: 'MB', samples: megabytes },
    ],
    bars: [
      { name: 'rate of import-email / rate of bare LOAD DATA', unit: '×', limit: { atLeast: 0.5 }, ...ratioOf(load, hub) },
      { name: 'peak memory of import-email', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes },
    ],
    ratios: [],
  };
}
