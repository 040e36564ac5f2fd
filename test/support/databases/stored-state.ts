import type { Database } from '../../../src/db/database.ts';
import { entities } from '../../../src/sources/index.ts';
import { filledTables } from './databases.ts';

/** What two runs that did the same work may differ in: when, how long, under which run, at which try. */
const ACCIDENTAL = new Set([
  ...['run_id', 'change_no', 'seq', 'at', 'attempts', 'duration_ms'],
  ...['finished_at', 'rejected_at', 'repaired_at', 'resolved_at', 'resolved_run'],
  ...['created_run', 'enriched_at', 'updated_at', 'created_at', 'next_attempt_at'],
]);
/** Columns that are accidental in one table only: how far a stage has come is a change number. */
const ACCIDENTAL_IN: Readonly<Record<string, string>> = {
  stage_marks: 'mark',
  audience_snapshots: 'location',
  key_fingerprints: 'kept_at',
  // It holds when the files were written: a test writes them anew.
  import_batches: 'fingerprint',
  // When a newer document made an older one needless to send.
  relays: 'ended_at',
};
/** Tables that note what changed: noted twice is as good as once. */
const NOTES = /_changes$/;
const OF_RUNS = new Set(['schema_migrations', 'job_runs', 'job_locks', 'counters', 'commit_marks']);

/** All rows that the work left, by table, as sorted text: equal if and only if the work came to the same. */
export async function storedState(database: Database): Promise<Record<string, string[]>> {
  const state: Record<string, string[]> = {};
  for (const table of await filledTables(database)) {
    if (OF_RUNS.has(table)) continue;
    const rows = await database.read((knex) => knex<Record<string, unknown>>(table).select('*'));
    // Two runs that share the work note a changed account each, with their own number.
    const lines = rows.map((row) => essence(row, ACCIDENTAL_IN[table]));
    state[table] = (NOTES.test(table) ? [...new Set(lines)] : lines).sort();
  }
  return state;
}

/** Raw rows of batches that the history does not have as finished: there must never be any. */
export async function halfStored(database: Database): Promise<string[]> {
  const finished = await database.read((knex) =>
    knex<{ status: string; batch: string }>('import_batches').where({ status: 'finished' }).select('batch'),
  );
  const known = new Set(finished.map(({ batch }) => batch));
  const places: string[] = [];
  for (const { table } of entities) {
    const rows = await database.read((knex) => knex<{ lake_batch: string }>(table).select('lake_batch').groupBy('lake_batch'));
    places.push(...rows.filter((row) => !known.has(row.lake_batch)).map((row) => `${table} ${row.lake_batch}`));
  }
  return places;
}

function essence(row: Record<string, unknown>, besides?: string): string {
  const entries = Object.entries(row).filter(([column]) => !ACCIDENTAL.has(column) && column !== besides);
  return JSON.stringify(entries.map(withoutTime).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is to be sent says when it was made. */
function withoutTime([column, value]: [string, unknown]): [string, unknown] {
  return column === 'payload' && typeof value === 'string' ? [column, value.replace(/"timestamp":"[^"]*"/, '')] : [column, value];
}
