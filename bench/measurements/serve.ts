import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Connection } from 'mysql2/promise';

import { dateOf, systemClock } from '../../src/core/time.ts';
import { publicIds } from '../../src/orders/ids/ids.ts';
import type { Bench, Measurement } from '../bench.ts';
import { BENCH_ID_KEY, runHub } from '../hub.client.ts';
import { storePersons } from '../persons.client.ts';
import { flood, openLoop, percentile } from '../serve/open-loop.client.ts';
import { startServerProcess, type ServerProcess } from '../serve/process.client.ts';

const FULL_ACCOUNTS = 45_000;
const PERSONS = 1_000_000;
const LEADS = 1_000_000;
const PER_SECOND = 500;
/** Long enough for 5,000 answers: the hundredth part of them is fifty. */
const SECONDS = 10;
const WARM_SECONDS = 3;
const MOST_P99 = 1.5;
const MOST_P99_BUSY = 1.6;
const MOST_MEGABYTES = 200;
const MOST_GROWTH = 1.1;
const AT_ONCE = 32;
/** What the server may take to find out that something has changed, and to read everybody. */
const SNAPSHOT_MS = 120_000;
/** The first of the shipped forms that anybody may send. */
const PATH = `/l/${publicIds(BENCH_ID_KEY)('frm', 'detox-fr')}`;
const BARE = fileURLToPath(new URL('../serve/bare-server.js', import.meta.url));

interface Round {
  readonly bare: number;
  readonly quiet: number;
  readonly busy: number;
}

/** How long a form waits for its answer beside a server that does nothing, with everybody in memory; and how much memory. */
export const serve: Measurement = {
  name: 'serve',
  summary: 'hub serve in an open loop of 500 forms a second against a bare node:http 303; memory over many leads',
  async run(bench) {
    const persons = Math.ceil((PERSONS * bench.accounts) / FULL_ACCOUNTS);
    const leads = Math.ceil((LEADS * bench.accounts) / FULL_ACCOUNTS);
    const database = await bench.server.create();
    await runHub(bench.hub, ['migrate', 'up'], { databaseUrl: database.url, lake: bench.folder }, bench.signal);
    const connection = await database.connect();
    const servers: ServerProcess[] = [];
    try {
      bench.say(`making ${persons} persons`);
      await storePersons(connection, persons, dateOf(systemClock.now()));
      await bump(connection);
      const bare = await startServerProcess([BARE], bench.folder, {});
      servers.push(bare);
      const hub = await startHub(bench, database.url);
      servers.push(hub);
      await snapshotRead(hub, bench.signal);
      const [rounds, megabytes]: [Round[], number[]] = [[], []];
      for (let round = 1; round <= bench.runs; round++) {
        bench.say(`round ${round} of ${bench.runs}`);
        rounds.push(await measureRound(bench, { bare, hub, connection, first: round * 100_000 }));
        megabytes.push(hub.megabytes());
      }
      bench.say(`${leads} leads as fast as they are answered`);
      const memory = await floodWith(bench, hub, leads);
      return await outcomeOf(rounds, [...megabytes, ...memory], memory, { persons, leads });
    } finally {
      for (const server of servers) await server.stop();
      if (bench.signal.aborted) connection.destroy();
      else await connection.end();
      await database.drop();
    }
  },
};

async function startHub(bench: Bench, databaseUrl: string): Promise<ServerProcess> {
  const folder = join(bench.folder, 'serve');
  mkdirSync(join(folder, 'config'), { recursive: true });
  const shipped = readFileSync(join(bench.hub.root, 'hub.config.yaml'), 'utf8');
  writeFileSync(join(folder, 'hub.config.yaml'), shipped.replace('trust_proxy: []', 'trust_proxy: [127.0.0.0/8]').replace('rotate: 60s', 'rotate: 4s'));
  writeFileSync(join(folder, 'config', 'forms.yaml'), readFileSync(join(bench.hub.root, 'config', 'forms.yaml')));
  return startServerProcess([bench.hub.program, 'serve'], folder, {
    ...{ CI: 'true', HUB_DATABASE_URL: databaseUrl, HUB_ID_KEY: BENCH_ID_KEY, HUB_SERVE_LISTEN: '127.0.0.1:0', HUB_SERVE_ADMIN: '127.0.0.1:0' },
  });
}

/** Everybody is read anew if the number of changes is another one. */
async function bump(connection: Connection): Promise<void> {
  await connection.query("insert into counters (name, value) values ('change_no', 2) on duplicate key update value = value + 1");
}

async function snapshotRead(hub: ServerProcess, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < SNAPSHOT_MS; waited += 250) {
    signal.throwIfAborted();
    const { knowledge_as_of: known } = (await (await fetch(`${hub.address}/readyz`)).json()) as { knowledge_as_of: number | null };
    if (known !== null) return;
    await sleep(250);
  }
}

/** All take turns: the bare server, hub, hub while its segments are published and everybody is read anew. */
async function measureRound(bench: Bench, { bare, hub, connection, first }: { bare: ServerProcess; hub: ServerProcess; connection: Connection; first: number }): Promise<Round> {
  const p99 = async (server: ServerProcess, from: number): Promise<number> => {
    const load = { url: `${server.address}${PATH}`, perSecond: PER_SECOND, signal: bench.signal };
    await openLoop({ ...load, seconds: WARM_SECONDS, first: from });
    return percentile(await openLoop({ ...load, seconds: SECONDS, first: from + PER_SECOND * WARM_SECONDS }), 99);
  };
  const bareTime = await p99(bare, first);
  const quiet = await p99(hub, first + 20_000);
  const changes = setInterval(() => void bump(connection), 1_000);
  try {
    return { bare: bareTime, quiet, busy: await p99(hub, first + 40_000) };
  } finally {
    clearInterval(changes);
  }
}

/** Resident memory after a tenth, and after each further one. */
async function floodWith(bench: Bench, hub: ServerProcess, leads: number): Promise<number[]> {
  const url = `${hub.address}${PATH}`;
  const megabytes: number[] = [];
  const tenth = Math.ceil(leads / 10);
  for (let part = 0; part < 10; part++) {
    await flood({ url, count: tenth, first: 10_000_000 + part * tenth, atOnce: AT_ONCE, signal: bench.signal });
    megabytes.push(hub.megabytes());
  }
  return megabytes;
}

function outcomeOf(rounds: readonly Round[], megabytes: readonly number[], flooded: readonly number[], facts: { readonly persons: number; readonly leads: number }): ReturnType<Measurement['run']> {
  const of = (part: keyof Round): number[] => rounds.map((round) => round[part]);
  const best = (part: keyof Round) => ({ value: Math.min(...of(part)) / Math.min(...of('bare')), rounds: rounds.map((round) => round[part] / round.bare) });
  const [early = Number.NaN] = flooded;
  const late = flooded.at(-1) ?? Number.NaN;
  return Promise.resolve({
    facts,
    figures: [
      { name: 'p99 of a bare node:http 303', unit: 'ms', samples: of('bare') },
      { name: 'p99 of /l, 50ms', unit: 'ms', samples: of('quiet') },
      { name: 'p99 of /l while segments are published and persons read', unit: 'ms', samples: of('busy') },
      { name: 'resident memory of hub serve', unit: 'MB', samples: megabytes },
    ],
    bars: [
      { name: 'p99 / bare, best of all rounds', unit: '×', limit: { atMost: MOST_P99 }, ...best('quiet') },
      { name: 'p99 while published and read / bare, best of all rounds', unit: '×', limit: { atMost: MOST_P99_BUSY }, ...best('busy') },
      { name: 'resident memory', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes },
      { name: 'resident memory after all leads / after a tenth', unit: '×', limit: { atMost: MOST_GROWTH }, value: late / early, rounds: flooded.map((value) => value / early) },
    ],
    ratios: [],
  });
}
