import { join } from 'node:path';

import { HubError } from '../../src/core/errors.ts';
import type { Entity } from '../../src/sources/contract/contract.ts';
import { billingEntities } from '../../src/sources/index.ts';
import { loadFiles } from '../bare-load.client.ts';
import type { Bench, Figure, Measurement, Outcome } from '../bench.ts';
import { runHub } from '../hub.client.ts';
import { writeRowFiles, type RowFile } from '../row-files.client.ts';
import { ratioOf } from '../samples.ts';
import type { BenchDatabase } from '../server.client.ts';
import { copyTables, countRows, type Schema } from '../tables.client.ts';
import { upsertFiles } from '../upserts.client.ts';

const MOST_MEGABYTES = 300;

/** import-billing against the bare LOAD DATA of the same rows and against plain upserts of them. */
export const importBilling: Measurement = {
  name: 'import',
  summary: 'import-billing against bare LOAD DATA LOCAL INFILE and against 1,000-row upserts of the same rows; peak memory',
  async run(bench) {
    const { folder: lake } = await bench.lakes.full();
    const { rounds, rows } = await measureImport(bench, lake, billingEntities);
    return outcomeOf(rounds, rows);
  },
};

/** What an import and what it is compared with took, round by round. */
export interface ImportRounds {
  /** Seconds of import-billing. */
  readonly hub: readonly number[];
  /** Its peak memory. */
  readonly megabytes: readonly number[];
  /** Seconds of the same rows by other ways. */
  readonly load: readonly number[];
  readonly upserts: readonly number[];
  readonly plainUpserts: readonly number[];
}

/** Imports a lake, and writes the same rows by the other ways, as often as the bench has rounds. */
export async function measureImport(bench: Bench, lake: string, entities: readonly Entity[]): Promise<{ rounds: ImportRounds; rows: number }> {
  bench.say('writing the rows of the import as files for the comparisons');
  const files = await writeRowFiles(lake, entities, join(bench.folder, 'rows'), bench.hub.root, bench.signal);
  const rounds: Round[] = [];
  for (let round = 1; round <= bench.runs; round++) rounds.push(await measureRound(bench, lake, files, round));
  const of = (part: keyof Round): number[] => rounds.map((round) => round[part]);
  return {
    rounds: { hub: of('hub'), megabytes: of('megabytes'), load: of('load'), upserts: of('upserts'), plainUpserts: of('plainUpserts') },
    rows: files.reduce((sum, file) => sum + file.rows, 0),
  };
}

type Round = { readonly [Part in keyof ImportRounds]: number };

async function measureRound(bench: Bench, lake: string, files: readonly RowFile[], round: number): Promise<Round> {
  const say = (what: string): void => bench.say(`round ${round} of ${bench.runs}: ${what}`);
  const database = await bench.server.create();
  const place = { databaseUrl: database.url, lake };
  await runHub(bench.hub, ['migrate', 'up'], place, bench.signal);
  say('import-billing');
  const hub = await runHub(bench.hub, ['import-billing'], place, bench.signal);
  const model = { database, counts: await countsOf(database, files) };
  say('bare LOAD DATA LOCAL INFILE');
  const load = await compare(bench, model, files, 'hub', loadFiles);
  say('1,000-row upserts');
  const upserts = await compare(bench, model, files, 'hub', upsertFiles);
  say('1,000-row upserts into plain tables');
  const plainUpserts = await compare(bench, model, files, 'plain', upsertFiles);
  await database.drop();
  return { hub: hub.seconds, megabytes: hub.peakMegabytes, load, upserts, plainUpserts };
}

/** Times other work on the same rows in a database of its own, and sees that it stored as many rows as hub did. */
export async function compare(
  bench: Bench,
  model: { readonly database: BenchDatabase; readonly counts: Readonly<Record<string, number>> },
  files: readonly RowFile[],
  schema: Schema,
  work: typeof loadFiles,
): Promise<number> {
  const database = await bench.server.create();
  const from = await model.database.connect();
  const connection = await database.connect();
  try {
    await copyTables(from, connection, tablesOf(files), schema);
    const seconds = await Promise.race([work(connection, files, bench.signal), aborted(bench.signal)]);
    checkCounts(model.counts, await countRows(connection, tablesOf(files)));
    return seconds;
  } finally {
    await from.end();
    if (bench.signal.aborted) connection.destroy();
    else await connection.end();
    await database.drop();
  }
}

/** A statement under way does not end by itself when its connection is cut: so nobody waits for it. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

/** How many rows the tables of the files have. */
export async function countsOf(database: BenchDatabase, files: readonly RowFile[]): Promise<Record<string, number>> {
  const connection = await database.connect();
  try {
    return await countRows(connection, tablesOf(files));
  } finally {
    await connection.end();
  }
}

function tablesOf(files: readonly RowFile[]): Set<string> {
  return new Set(files.map(({ table }) => table));
}

function checkCounts(hub: Readonly<Record<string, number>>, other: Readonly<Record<string, number>>): void {
  const table = Object.keys(hub).find((name) => hub[name] !== other[name]);
  if (table === undefined) return;
  throw new HubError('unexpected', 'different_work', `${table} has ${hub[table]} rows after the import but ${other[table]} after the work it is compared with.`, {
    nextStep: 'The comparison is not of the same work: report it.',
  });
}

/** The rounds as figures. */
export function importFigures({ hub, megabytes, load, upserts, plainUpserts }: ImportRounds, rows: number): Figure[] {
  return [
    { name: 'import-billing', unit: 's', samples: hub },
    { name: 'import-billing', unit: 'rows/s', samples: hub.map((seconds) => rows / seconds) },
    { name: 'bare LOAD DATA, same tables', unit: 's', samples: load },
    { name: '1,000-row upserts, same tables', unit: 's', samples: upserts },
    { name: '1,000-row upserts, plain tables (utf8mb4 ids)', unit: 's', samples: plainUpserts },
    { name: 'peak memory of import-billing', unit: 'MB', samples: megabytes },
  ];
}

function outcomeOf(rounds: ImportRounds, rows: number): Outcome {
  const { hub, megabytes, load, upserts, plainUpserts } = rounds;
  return {
    facts: { rows },
    figures: importFigures(rounds, rows),
    bars: [
      { name: 'rate of import-billing / rate of bare LOAD DATA', unit: '×', limit: { atLeast: 0.5 }, ...ratioOf(load, hub) },
      { name: 'rate of import-billing / rate of upserts, same tables', unit: '×', limit: { atLeast: 4 }, ...ratioOf(upserts, hub) },
      { name: 'peak memory of import-billing', unit: 'MB', limit: { atMost: MOST_MEGABYTES }, value: Math.max(...megabytes), rounds: megabytes },
    ],
    ratios: [{ name: 'rate of import-billing / rate of upserts, plain tables', unit: '×', ...ratioOf(plainUpserts, hub) }],
  };
}
