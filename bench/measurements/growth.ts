import type { Measurement } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { ratioOf } from '../samples.ts';

/** Ten times the rows may take eleven times as long: a tenth more per row. */
const MOST_PER_ROW = 1.1;

/** How the time of an import grows from a tenth of the lake to all of it. */
export const growth: Measurement = {
  name: 'growth',
  summary: 'import-billing of a tenth of the lake against all of it: time and peak memory',
  async run(bench) {
    const lakes = [await bench.lakes.tenth(), await bench.lakes.full()] as const;
    const seconds: [number[], number[]] = [[], []];
    const megabytes: [number[], number[]] = [[], []];
    for (let round = 1; round <= bench.runs; round++) {
      for (const size of [0, 1] as const) {
        bench.say(`round ${round} of ${bench.runs}: import of ${size === 0 ? 'a tenth' : 'all'}`);
        const database = await bench.server.create();
        const place = { databaseUrl: database.url, lake: lakes[size].folder };
        await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
        const run = await runHub(bench.hub, ['import-billing'], place, bench.signal);
        seconds[size].push(run.seconds);
        megabytes[size].push(run.peakMegabytes);
        await database.drop();
      }
    }
    const times = ratioOf(seconds[1], seconds[0]);
    const rows = lakes[1].rows / lakes[0].rows;
    return {
      facts: { rows_tenth: lakes[0].rows, rows_all: lakes[1].rows },
      figures: [
        { name: 'import of a tenth', unit: 's', samples: seconds[0] },
        { name: 'import of all', unit: 's', samples: seconds[1] },
        { name: 'peak memory, a tenth', unit: 'MB', samples: megabytes[0] },
        { name: 'peak memory, all', unit: 'MB', samples: megabytes[1] },
      ],
      bars: [{ name: 'growth of the time / growth of the rows', unit: '×', limit: { atMost: MOST_PER_ROW }, value: times.value / rows, rounds: times.rounds.map((time) => time / rows) }],
      ratios: [{ name: 'time of all / time of a tenth', unit: '×', ...times }],
    };
  },
};
