import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { leadTables } from '../../src/leads/records/tables.ts';
import type { Bench, Measurement } from '../bench.ts';
import { runHub, type HubRun } from '../hub.client.ts';
import { ratioOf, spreadOf } from '../samples.ts';
import { insertEmbedded, insertRows, rowsOf } from '../serve/bare-inserts.client.ts';
import { publishLeads } from '../serve/intake-leads.client.ts';
import { copyTables } from '../tables.client.ts';

const FULL_ACCOUNTS = 45_000;
const LEADS = 100_000;
const LEAST_RATE = 0.25;
const MOST_GROWTH = 11;
const TABLES = leadTables.map(({ name }) => name);

interface Round {
  readonly hub: number;
  readonly bare: number;
  readonly tenth: number;
  readonly embedded: number;
  readonly bareEmbedded: number;
  readonly megabytes: number;
}

/** How fast leads become rows, beside the same rows inserted by a script, on both databases. */
export const intake: Measurement = {
  name: 'intake',
  summary: 'import-intake against bare 1,000-row inserts of the same rows, on both databases; a tenth of the leads; peak memory',
  async run(bench) {
    const leads = Math.max(1_000, Math.ceil((LEADS * bench.accounts) / FULL_ACCOUNTS));
    const places = { all: join(bench.folder, 'intake'), tenth: join(bench.folder, 'intake-tenth') };
    publishLeads(places.all, leads);
    publishLeads(places.tenth, Math.ceil(leads / 10));
    const rounds: Round[] = [];
    for (let round = 1; round <= bench.runs; round++) {
      bench.say(`round ${round} of ${bench.runs}: ${leads} leads`);
      rounds.push({ ...(await onServer(bench, places)), ...(await embedded(bench, places.all)) });
    }
    const of = (part: keyof Round): number[] => rounds.map((each) => each[part]);
    return {
      facts: { leads },
      figures: [
        { name: 'import-intake', unit: 's', samples: of('hub') },
        { name: 'bare inserts of its rows', unit: 's', samples: of('bare') },
        { name: 'import-intake, a tenth of the leads', unit: 's', samples: of('tenth') },
        { name: 'import-intake, embedded', unit: 's', samples: of('embedded') },
        { name: 'bare inserts of its rows, embedded', unit: 's', samples: of('bareEmbedded') },
        { name: 'peak memory of import-intake', unit: 'MB', samples: of('megabytes') },
      ],
      bars: [
        { name: 'rate / bare inserts', unit: '×', limit: { atLeast: LEAST_RATE }, ...ratioOf(of('bare'), of('hub')) },
        { name: 'rate / bare inserts, embedded', unit: '×', limit: { atLeast: LEAST_RATE }, ...ratioOf(of('bareEmbedded'), of('embedded')) },
        { name: 'time of ten times the leads', unit: '×', limit: { atMost: MOST_GROWTH }, value: spreadOf(of('hub')).median / spreadOf(of('tenth')).median, rounds: rounds.map(({ hub, tenth }) => hub / tenth) },
      ],
      ratios: [],
    };
  },
};

async function onServer(bench: Bench, places: { readonly all: string; readonly tenth: string }): Promise<Pick<Round, 'hub' | 'bare' | 'tenth' | 'megabytes'>> {
  const [filled, small, plain] = [await bench.server.create(), await bench.server.create(), await bench.server.create()];
  const [from, to] = [await filled.connect(), await plain.connect()];
  try {
    const tenth = await importInto(bench, small.url, places.tenth);
    const { seconds, peakMegabytes } = await importInto(bench, filled.url, places.all);
    const rows = await rowsOf(from, TABLES);
    await copyTables(from, to, TABLES, 'hub');
    return { hub: seconds, tenth: tenth.seconds, bare: await insertRows(to, rows, bench.signal), megabytes: peakMegabytes };
  } finally {
    for (const connection of [from, to]) if (bench.signal.aborted) connection.destroy(); else await connection.end();
    for (const database of [filled, small, plain]) await database.drop();
  }
}

async function embedded(bench: Bench, place: string): Promise<Pick<Round, 'embedded' | 'bareEmbedded'>> {
  const file = join(bench.folder, 'intake.db');
  try {
    const { seconds } = await importInto(bench, `sqlite:${file}`, place);
    return { embedded: seconds, bareEmbedded: insertEmbedded(file, TABLES, bench.signal) };
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  }
}

async function importInto(bench: Bench, databaseUrl: string, place: string): Promise<HubRun> {
  const where = { databaseUrl, lake: bench.folder, environment: { HUB_INTAKE_URL: `file:${place}` } };
  await runHub(bench.hub, ['migrate', 'up'], where, bench.signal);
  return runHub(bench.hub, ['import-intake', '--brand', 'alpina', '--no-progress'], where, bench.signal);
}
