import type { Database } from '../../../src/db/database.ts';
import { tablesOf } from './databases.ts';

/** All rows of a table as texts, sorted; columns as named. */
export type TableDump = readonly Readonly<Record<string, string | null>>[];

/** The content of all tables, or of those named, without the columns left out. */
export async function dumpTables(
  database: Database,
  tables?: readonly string[],
  leaveOut: readonly string[] = [],
): Promise<Record<string, TableDump>> {
  const dump: Record<string, TableDump> = {};
  for (const table of tables ?? (await tablesOf(database))) {
    const rows = await database.read((knex) => knex<Record<string, unknown>>(table).select());
    const texts = rows.map((row: Record<string, unknown>) => textsOf(row, leaveOut));
    dump[table] = texts.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  }
  return dump;
}

function textsOf(row: Readonly<Record<string, unknown>>, leaveOut: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(row)
      .filter(([column]) => !leaveOut.includes(column))
      .map(([column, value]) => [column, value === null ? null : String(value as string | number)]),
  );
}
