import type { SchemaKit } from '../../../src/db/schema.ts';

/** What the database says of a table: columns with their types, key and indexes, in an order that does not depend on when each came. */
export async function shapeOf(kit: SchemaKit, table: string): Promise<readonly string[]> {
  const lines = kit.dialect.name === 'sqlite' ? await sqliteShape(kit, table) : await serverShape(kit, table);
  return lines.map((line) => line.replaceAll(table, 'TABLE')).sort();
}

/** The statement itself is no measure: an added column is written into it in another form. */
async function sqliteShape({ knex }: SchemaKit, table: string): Promise<string[]> {
  const columns = (await knex.raw('select name, type, "notnull", dflt_value, pk from pragma_table_info(?)', [table])) as unknown[];
  const indexes = (await knex('sqlite_master').where({ tbl_name: table, type: 'index' }).whereNotNull('sql').pluck('sql')) as string[];
  return [...columns.map((column) => JSON.stringify(column)), ...indexes];
}

async function serverShape(kit: SchemaKit, table: string): Promise<string[]> {
  return (await createStatementOf(kit, table)).split('\n').map((line) => line.trim().replace(/,$/, ''));
}

/** The statement that makes the table, without its format of rows: the default is the one that hub names. */
async function createStatementOf({ knex }: SchemaKit, table: string): Promise<string> {
  const [rows] = (await knex.raw('show create table ??', [table])) as [{ 'Create Table': string }[]];
  return (rows[0]?.['Create Table'] ?? '').replace(' ROW_FORMAT=DYNAMIC', '');
}
