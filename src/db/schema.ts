import type { Knex } from 'knex';

import type { ColumnType, Dialect } from './dialect.ts';

/** A table as data; `columns` maps a name to its type, with `!` for not null. */
export interface TableSpec {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType | `${ColumnType}!`>>;
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly (readonly string[])[];
}

/** What a migration works with: a connection that holds the migration lock. */
export interface SchemaKit {
  readonly knex: Knex;
  readonly dialect: Dialect;
}

/** Creates the table if it is missing. Repeating it is harmless, so a killed migration can run again. */
export async function createTable(kit: SchemaKit, spec: TableSpec): Promise<void> {
  if ((await kit.dialect.columnsOf(kit.knex, spec.name)).length > 0) return;
  await kit.knex.raw(createStatement(kit.dialect, spec));
  if (kit.dialect.name === 'sqlite') {
    for (const columns of spec.indexes ?? []) await kit.knex.raw(indexStatement(kit.dialect, spec, columns));
  }
}

/** Of a text, a server has so many characters in an index: it takes no whole ones. */
const INDEXED_CHARACTERS = 64;

/**
 * Gives a table one index in the place of another, both by their columns. Repeating it is harmless. On a server both are
 * one statement: one pass, and never a moment without either.
 * @param texts those of the wanted columns that are texts
 */
export async function replaceIndex(kit: SchemaKit, table: string, gone: readonly string[], wanted: readonly string[], texts: readonly string[] = []): Promise<void> {
  const quote = (text: string): string => kit.dialect.quote(text);
  const [oldName, newName] = [indexName(table, gone), indexName(table, wanted)];
  if (kit.dialect.name === 'sqlite') {
    await addIndex(kit, table, wanted);
    await kit.knex.raw(`drop index if exists ${quote(oldName)}`);
    return;
  }
  const present = await serverIndexes(kit.knex, table);
  const changes = [
    ...(present.has(newName) ? [] : [`add key ${quote(newName)} (${indexedColumns(kit.dialect, wanted, texts)})`]),
    ...(present.has(oldName) ? [`drop key ${quote(oldName)}`] : []),
  ];
  if (changes.length > 0) await kit.knex.raw(`alter table ${quote(table)} ${changes.join(', ')}`);
}

/** Gives a table an index. Repeating it is harmless. @param texts those of its columns that are texts */
export async function addIndex(kit: SchemaKit, table: string, columns: readonly string[], texts: readonly string[] = []): Promise<void> {
  const [name, of] = [kit.dialect.quote(indexName(table, columns)), kit.dialect.quote(table)];
  const list = indexedColumns(kit.dialect, columns, texts);
  if (kit.dialect.name === 'sqlite') await kit.knex.raw(`create index if not exists ${name} on ${of} (${list})`);
  else if (!(await serverIndexes(kit.knex, table)).has(indexName(table, columns))) await kit.knex.raw(`alter table ${of} add key ${name} (${list})`);
}

function indexedColumns(dialect: Dialect, columns: readonly string[], texts: readonly string[]): string {
  return columns.map((column) => `${dialect.quote(column)}${dialect.name === 'mysql' && texts.includes(column) ? `(${INDEXED_CHARACTERS})` : ''}`).join(', ');
}

/** The columns of a specification that are texts. */
function textsOf({ columns }: TableSpec): string[] {
  return Object.keys(columns).filter((name) => columns[name] === 'text' || columns[name] === 'text!');
}

/** Takes an index, by its columns, from a table. Repeating it is harmless. */
export async function dropIndex(kit: SchemaKit, table: string, columns: readonly string[]): Promise<void> {
  const name = indexName(table, columns);
  if (kit.dialect.name === 'sqlite') await kit.knex.raw(`drop index if exists ${kit.dialect.quote(name)}`);
  else if ((await serverIndexes(kit.knex, table)).has(name)) await kit.knex.raw('alter table ?? drop key ??', [table, name]);
}

async function serverIndexes(knex: Knex, table: string): Promise<Set<string>> {
  const [rows] = (await knex.raw(
    'select distinct index_name as name from information_schema.statistics where table_schema = database() and table_name = ?',
    [table],
  )) as [{ name: string }[]];
  return new Set(rows.map(({ name }) => name));
}

/** Drops the table if it is there. */
export async function dropTable(kit: SchemaKit, name: string): Promise<void> {
  await kit.knex.schema.dropTableIfExists(name);
}

/** Brings a table up to its specification: creates it, or adds the columns that it lacks. Nothing is ever dropped. */
export async function ensureTable(kit: SchemaKit, spec: TableSpec): Promise<void> {
  const present = await kit.dialect.columnsOf(kit.knex, spec.name);
  if (present.length === 0) {
    await createTable(kit, spec);
    return;
  }
  for (const name of missingColumns(spec, present)) {
    const definition = columnDefinition(kit.dialect, spec.columns[name] ?? 'text');
    await kit.knex.raw(`alter table ?? add column ?? ${definition}`, [spec.name, name]);
  }
}

/** The columns of the specification that the table lacks. */
export function missingColumns(spec: TableSpec, present: readonly string[]): string[] {
  return Object.keys(spec.columns).filter((name) => !present.includes(name));
}

/** The `create table` of a specification, for migrations and for measurements against the same table. */
function createStatement(dialect: Dialect, spec: TableSpec): string {
  const name = (text: string): string => dialect.quote(text);
  const lines = Object.entries(spec.columns).map(([column, type]) => `${name(column)} ${columnDefinition(dialect, type)}`);
  lines.push(`primary key (${spec.primaryKey.map(name).join(', ')})`);
  if (dialect.name === 'mysql') {
    for (const columns of spec.indexes ?? []) lines.push(`key ${name(indexName(spec.name, columns))} (${indexedColumns(dialect, columns, textsOf(spec))})`);
  }
  const options = dialect.name === 'sqlite' ? 'without rowid' : dialect.tableOptions;
  return `create table ${name(spec.name)} (\n  ${lines.join(',\n  ')}\n) ${options}`;
}

function indexStatement(dialect: Dialect, spec: TableSpec, columns: readonly string[]): string {
  const name = (text: string): string => dialect.quote(text);
  return `create index ${name(indexName(spec.name, columns))} on ${name(spec.name)} (${indexedColumns(dialect, columns, textsOf(spec))})`;
}

function indexName(table: string, columns: readonly string[]): string {
  return `${table}_${columns.join('_')}`.slice(0, 64);
}

function columnDefinition(dialect: Dialect, type: ColumnType | `${ColumnType}!`): string {
  const notNull = type.endsWith('!');
  return `${dialect.typeOf((notNull ? type.slice(0, -1) : type) as ColumnType)}${notNull ? ' not null' : ' null'}`;
}
