import type { Measurement } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { ratioOf } from '../samples.ts';

const EARLIER_THAN_ANY_BATCH = '1970-01-01';

/** The import of everything once more, when nothing has changed. */
export const unchanged: Measurement = {
  name: 'unchanged',
  summary: 'import-billing of all batches once more, against the first import',
  async run(bench) {
    const { folder: lake, rows } = await bench.lakes.full();
    const [first, again, megabytes]: [number[], number[], number[]] = [[], [], []];
    for (let round = 1; round <= bench.runs; round++) {
      const database = await bench.server.create();
      const place = { databaseUrl: database.url, lake };
      await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
      bench.say(`round ${round} of ${bench.runs}: first import`);
      first.push((await runHub(bench.hub, ['import-billing'], place, bench.signal)).seconds);
      bench.say(`round ${round} of ${bench.runs}: unchanged import`);
      const second = await runHub(bench.hub, ['import-billing', '--from', EARLIER_THAN_ANY_BATCH], place, bench.signal);
      again.push(second.seconds);
      megabytes.push(second.peakMegabytes);
      await database.drop();
    }
    return {
      facts: { rows },
      figures: [
        { name: 'first import', unit: 's', samples: first },
        { name: 'unchanged import', unit: 's', samples: again },
        { name: 'peak memory of the unchanged import', unit: 'MB', samples: megabytes },
      ],
      bars: [{ name: 'rate of the unchanged import / rate of the first', unit: '×', limit: { atLeast: 1 }, ...ratioOf(first, again) }],
      ratios: [],
    };
  },
};
