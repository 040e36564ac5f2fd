import { migrations } from '../../migrations/index.ts';
import { startTimer, systemClock } from '../../src/core/time.ts';
import { openDatabase } from '../../src/db/database.ts';
import { migrateUp } from '../../src/db/migrator.ts';
import { ensureRawTables } from '../../src/raw/store/ensure-tables.ts';
import type { Measurement } from '../bench.ts';
import { readCsvBare, readCsvFeed, storeOrders } from '../feed-rows.client.ts';
import { ratioOf } from '../samples.ts';

/** Rows for each account of the lake: 1,000,000 at full size. */
const ROWS_PER_ACCOUNT = 200 / 9;
const LOOK_MS = 50;
const MIB = 1024 * 1024;

/** A feed of many rows as CSV, against the bare driver into csv-stringify (serve specification, "Bars"). */
export const feeds: Measurement = {
  name: 'feeds',
  summary: 'a feed of many rows as CSV, against the bare driver into csv-stringify',
  async run(bench) {
    const rows = Math.round(bench.accounts * ROWS_PER_ACCOUNT);
    const database = await bench.server.create();
    const hub = openDatabase(database.url);
    await migrateUp(hub, migrations, ensureRawTables, systemClock);
    await hub.close();
    const connection = await database.connect();
    bench.say(`storing ${rows} orders`);
    await storeOrders(connection, rows);
    await connection.end();
    const seconds: { readonly feed: number[]; readonly bare: number[] } = { feed: [], bare: [] };
    const grown: number[] = [];
    for (let round = 0; round < bench.runs; round++) {
      bench.say(`reading them, round ${round + 1}`);
      const before = process.memoryUsage().rss;
      let most = before;
      const looking = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), LOOK_MS);
      seconds.feed.push(await timed(() => readCsvFeed(database.url)));
      clearInterval(looking);
      grown.push(Math.max(0, most - before) / MIB);
      seconds.bare.push(await timed(() => readCsvBare(database.url)));
    }
    await database.drop();
    return {
      facts: { rows },
      figures: [
        { name: 'feed', unit: 's', samples: seconds.feed },
        { name: 'bare driver into csv-stringify', unit: 's', samples: seconds.bare },
        { name: 'memory that the feed adds', unit: 'MB', samples: grown },
      ],
      bars: [{ name: 'rate of the feed / rate of the bare driver into csv-stringify', unit: '×', limit: { atLeast: 0.5 }, ...ratioOf(seconds.bare, seconds.feed) }],
      ratios: [],
    };
  },
};

async function timed(work: () => Promise<number>): Promise<number> {
  const elapsedMs = startTimer();
  await work();
  return elapsedMs() / 1_000;
}
