import type { Connection, RowDataPacket } from 'mysql2/promise';

/** How the tables are made: `hub` exactly as the migrations make them, `plain` as a script of one's own would. */
export type Schema = 'hub' | 'plain';

/** Makes empty tables like those of another database. */
export async function copyTables(from: Connection, to: Connection, tables: Iterable<string>, schema: Schema): Promise<void> {
  for (const table of tables) {
    const [rows] = await from.query<RowDataPacket[]>('show create table ??', [table]);
    const statement = String(rows[0]?.['Create Table']);
    await to.query(schema === 'hub' ? statement : withoutCharacterSets(statement));
  }
}

/** How many rows each of the tables has. */
export async function countRows(connection: Connection, tables: Iterable<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const [rows] = await connection.query<RowDataPacket[]>('select count(*) as n from ??', [table]);
    counts[table] = Number(rows[0]?.['n']);
  }
  return counts;
}

/** The server's defaults: utf8mb4 also for ids, compared without regard to case. */
function withoutCharacterSets(statement: string): string {
  return statement.replaceAll(/ CHARACTER SET ascii| COLLATE[= ]\w+/gi, '');
}
