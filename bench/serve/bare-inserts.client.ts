import BetterSqlite3 from 'better-sqlite3';
import type { Connection, RowDataPacket } from 'mysql2/promise';

const ROWS_PER_STATEMENT = 1_000;

/** The rows of a table, as they are stored. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** Reads all rows of tables of a server. */
export async function rowsOf(connection: Connection, tables: readonly string[]): Promise<TableRows[]> {
  const read: TableRows[] = [];
  for (const table of tables) {
    const [rows] = await connection.query<RowDataPacket[]>({ sql: 'select * from ??', values: [table] });
    read.push({ table, rows });
  }
  return read;
}

/** Writes rows into empty tables as a script would: 1,000 rows an insert, each committed by itself. Gives seconds. */
export async function insertRows(connection: Connection, tables: readonly TableRows[], signal: AbortSignal): Promise<number> {
  const startedAt = performance.now();
  for (const { table, rows } of tables) {
    const columns = Object.keys(rows[0] ?? {});
    for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
      signal.throwIfAborted();
      await connection.query('insert into ?? (??) values ?', [table, columns, rows.slice(start, start + ROWS_PER_STATEMENT).map((row) => columns.map((column) => row[column]))]);
    }
  }
  return (performance.now() - startedAt) / 1_000;
}

/** The same on an embedded database, whose tables are emptied first. */
export function insertEmbedded(file: string, names: readonly string[], signal: AbortSignal): number {
  const database = new BetterSqlite3(file);
  try {
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = normal');
    const tables = names.map((table): TableRows => ({ table, rows: database.prepare(`select * from ${table}`).all() as Record<string, unknown>[] }));
    for (const table of names) database.exec(`delete from ${table}`);
    const startedAt = performance.now();
    for (const { table, rows } of tables.filter((each) => each.rows.length > 0)) {
      const columns = Object.keys(rows[0] ?? {});
      const insert = database.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`);
      for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
        signal.throwIfAborted();
        const some = rows.slice(start, start + ROWS_PER_STATEMENT);
        database.transaction(() => {
          for (const row of some) insert.run(columns.map((column) => row[column]));
        })();
      }
    }
    return (performance.now() - startedAt) / 1_000;
  } finally {
    database.close();
  }
}
