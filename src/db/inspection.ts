import { randomBytes } from 'node:crypto';

import type { Database, Transaction } from './database.ts';
import { sessionVariables, settingsOf, type VariableRow } from './mysql-session.ts';
import { createTable, dropTable, ensureTable, type TableSpec } from './schema.ts';

/** Settings of a connection or of the server, and the state of a cluster's node, by name, as the server writes them. */
export type ServerSettings = ReadonlyMap<string, string>;

const MYSQL_SETTINGS = [
  ...sessionVariables,
  ...['local_infile', 'innodb_buffer_pool_size', 'innodb_flush_log_at_trx_commit', 'max_allowed_packet', 'log_bin', 'binlog_format'],
  ...['read_only', 'super_read_only', 'innodb_read_only', 'innodb_default_row_format', 'wsrep_load_data_splitting', 'wsrep_max_ws_rows', 'wsrep_max_ws_size'],
];
const MYSQL_STATES = ['wsrep_ready', 'wsrep_cluster_status'];
const SQLITE_SETTINGS = ['journal_mode', 'synchronous', 'encoding'];

/** The settings that decide whether hub works right, and how fast; of a connection as hub uses it. */
export async function serverSettings(database: Database): Promise<ServerSettings> {
  return database.read(async (knex) => {
    if (database.dialect.name === 'sqlite') {
      const values = SQLITE_SETTINGS.map(async (name) => {
        const rows = await knex.raw<Record<string, unknown>[]>(`pragma ${name}`);
        return [name, String(Object.values(rows[0] ?? {})[0])] as const;
      });
      return new Map(await Promise.all(values));
    }
    const shown = async (what: string, names: readonly string[]): Promise<VariableRow[]> => {
      const [rows] = (await knex.raw(`show ${what} where variable_name in (${names.map(() => '?').join(',')})`, [...names])) as [VariableRow[]];
      return rows;
    };
    return settingsOf([...(await shown('session variables', MYSQL_SETTINGS)), ...(await shown('status', MYSQL_STATES))]);
  });
}

/** Tables of the database whose rows are in another format than hub makes them in; those of an embedded one have none. */
export async function otherRowFormats(database: Database): Promise<string[]> {
  if (database.dialect.name === 'sqlite') return [];
  return database.read(async (knex) => {
    const [rows] = (await knex.raw(
      "select table_name as name from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE' and row_format <> 'Dynamic' order by 1",
    )) as [{ name: string }[]];
    return rows.map(({ name }) => name);
  });
}

/**
 * Does once what migrations and stages do with the database, on a table of its own that is gone afterwards: create and
 * alter it, write, lock, change and delete a row, drop it.
 * @throws HubError, as the database refuses the first thing that it does not allow
 */
export async function tryRights(database: Database): Promise<void> {
  const name = `hub_doctor_${randomBytes(4).toString('hex')}`;
  const spec: TableSpec = { name, columns: { id: 'key!', value: 'integer' }, primaryKey: ['id'], indexes: [['value']] };
  const wider: TableSpec = { ...spec, columns: { ...spec.columns, note: 'text' } };
  const kit = { knex: database.knex, dialect: database.dialect };
  try {
    await database.write(async (tx) => {
      await createTable({ ...kit, knex: tx }, spec);
      await ensureTable({ ...kit, knex: tx }, wider);
      await tx(name).insert({ id: 'row', value: 1 });
      const row = tx(name).where({ id: 'row' });
      await (database.dialect.concurrentWriters ? row.forUpdate() : row);
      await tx(name).where({ id: 'row' }).update({ value: 2 });
      await tx(name).where({ id: 'row' }).delete();
    });
  } finally {
    // On MySQL the table is there although the transaction failed.
    await database.read(() => dropTable(kit, name)).catch(() => undefined);
  }
  await database.read((knex) => knex.schema.hasTable(name));
}

/** A table with the columns of its primary key and those that may hold texts. */
export interface TableTexts {
  readonly table: string;
  readonly keys: readonly string[];
  readonly texts: readonly TextColumn[];
}

export interface TextColumn {
  readonly name: string;
  /** True: the server takes no other characters, not even to compare it with them. */
  readonly isAscii: boolean;
}

/** Every table of the database that there is, whoever made it, with its texts; what is part of a key is none. */
export async function tableTexts(database: Database, tx: Transaction): Promise<TableTexts[]> {
  const statement =
    database.dialect.name === 'sqlite'
      ? "select m.name, p.name, p.pk, p.type, null from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' order by m.name, p.pk, p.cid"
      : `select c.table_name, c.column_name, coalesce(k.ordinal_position, 0), c.data_type, c.character_set_name from information_schema.columns c
          left join information_schema.key_column_usage k on k.table_schema = c.table_schema and k.table_name = c.table_name
            and k.column_name = c.column_name and k.constraint_name = 'PRIMARY'
          where c.table_schema = database() order by c.table_name, coalesce(k.ordinal_position, 0), c.ordinal_position`;
  const tables = new Map<string, { keys: string[]; texts: TextColumn[] }>();
  for (const [table, column, place, type, characters] of await database.dialect.selectRows(tx, statement, [])) {
    const found = tables.get(String(table)) ?? { keys: [], texts: [] };
    tables.set(String(table), found);
    if (Number(place) > 0) found.keys.push(String(column));
    else if (/char|text|json/i.test(String(type))) found.texts.push({ name: String(column), isAscii: characters === 'ascii' });
  }
  return [...tables].map(([table, columns]) => ({ table, ...columns }));
}
