import { join } from 'node:path';

import type { Measurement } from '../bench.ts';
import { runHub, type HubRun } from '../hub.client.ts';
import { writeNextDay } from '../next-day.client.ts';
import { spreadOf } from '../samples.ts';

const MOST_MEGABYTES = 300;
const MOST_SECONDS = 75;

/** The enrichment of everybody, of nobody, and of those who changed in a day. */
export const enrich: Measurement = {
  name: 'enrich',
  summary: 'enrich of everybody, once more with nothing to do, and after a day on which one account of a hundred has changed',
  async run(bench) {
    const { folder: lake, rows } = await bench.lakes.full();
    const next = await writeNextDay(lake, join(bench.folder, 'lake-enrich'), bench.signal);
    const rounds: { readonly whole: HubRun; readonly again: HubRun; readonly increment: HubRun }[] = [];
    for (let round = 1; round <= bench.runs; round++) {
      const database = await bench.server.create();
      const hub = (args: readonly string[], from = lake) => runHub(bench.hub, args, { databaseUrl: database.url, lake: from }, bench.signal);
      bench.say(`round ${round} of ${bench.runs}: importing`);
      await hub(['migrate', 'up']);
      await hub(['import-billing']);
      bench.say(`round ${round} of ${bench.runs}: enriching`);
      const [whole, again] = [await hub(['enrich']), await hub(['enrich'])];
      await hub(['import-billing'], next.folder);
      bench.say(`round ${round} of ${bench.runs}: enriching the day after`);
      rounds.push({ whole, again, increment: await hub(['enrich'], next.folder) });
      await database.drop();
    }
    const seconds = (run: 'whole' | 'again' | 'increment') => rounds.map((round) => round[run].seconds);
    const megabytes = rounds.map(({ whole, increment }) => Math.max(whole.peakMegabytes, increment.peakMegabytes));
    return {
      facts: { rows, changed_rows: next.rows, records: rounds[0]?.whole.totals['inserted'] ?? 0, changed_records: rounds[0]?.increment.totals['updated'] ?? 0 },
      figures: [
        { name: 'enrich, everybody', unit: 's', samples: seconds('whole') },
        { name: 'enrich, nothing to do', unit: 's', samples: seconds('again') },
        { name: 'enrich, the day after', unit: 's', samples: seconds('increment') },
        { name: 'peak memory', unit: 'MB', samples: megabytes },
      ],
      bars: [
        { name: 'enrich, everybody', unit: 's', limit: { atMost: MOST_SECONDS }, value: spreadOf(seconds('whole')).median, rounds: seconds('whole') },
        { name: 'peak memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes },
      ],
      ratios: [],
    };
  },
};
