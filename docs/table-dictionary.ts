import type { Dialect } from '../src/db/dialect.ts';
import type { SchemaKit } from '../src/db/schema.ts';
import { ensureRawTables } from '../src/raw/store/ensure-tables.ts';
import { migrations } from '../migrations/index.ts';
import { columnNotes, tableNotes } from './table-notes.ts';

interface RecordedTable {
  readonly name: string;
  readonly migration: string;
  readonly columns: Map<string, string>;
  readonly primaryKey: string;
  /** The columns by the name. */
  readonly indexes: Map<string, string>;
}

/** The page on all tables, made by running the migrations against a recorder: Markdown with a table for each. */
export async function tableDictionary(): Promise<string> {
  const tables = await recordTables();
  return [
    '# Tables',
    '',
    'Generated from the migrations by `npm run docs`; do not edit. Types: `key` is an ASCII identifier of up to 64 characters,',
    '`instant` a UTC time with microseconds, `date` a calendar date, `integer` a whole number (amounts: minor units of the',
    'currency beside them), `hash` 16 hex digits, `json` a JSON document. Columns with `!` are never empty.',
    '',
    ...tables.flatMap(section),
  ].join('\n');
}

/** The names of all tables that the migrations make. */
export async function tableNames(): Promise<string[]> {
  return (await recordTables()).map(({ name }) => name);
}

function section(table: RecordedTable): string[] {
  const heading = [`## ${table.name}`, '', `${tableNotes[table.name] ?? ''} Migration ${table.migration}.`.trim(), ''];
  if (table.name.startsWith('raw_') && table.columns.has('row_hash')) {
    return [`## ${table.name}`, '', `The newest version of each source row. Columns: [entities.md](entities.md). Migration ${table.migration}.`, ''];
  }
  return [
    ...heading,
    '| column | type | notes |',
    '|---|---|---|',
    ...[...table.columns].map(([column, type]) => `| \`${column}\` | ${type} | ${columnNotes[column] ?? ''} |`),
    '',
    `Primary key: ${table.primaryKey}.${table.indexes.size === 0 ? '' : ` Indexes: ${[...table.indexes.values()].join('; ')}.`}`,
    '',
  ];
}

/** The dialect of the recorder shows each type as hub calls it. */
async function recordTables(): Promise<RecordedTable[]> {
  const tables = new Map<string, RecordedTable>();
  let migration = '';
  const raw = (statement: string, values: readonly string[] = []): Promise<unknown> => {
    if (statement.includes('information_schema.statistics')) {
      return Promise.resolve([[...(tables.get(values[0] ?? '')?.indexes.keys() ?? [])].map((name) => ({ name }))]);
    }
    const table = parseCreate(statement, migration);
    if (table !== undefined) tables.set(table.name, table);
    const [, type] = /^alter table \?\? add column \?\? (.+)$/.exec(statement) ?? [];
    const [name = '', column = ''] = values;
    if (type !== undefined) tables.get(name)?.columns.set(column, shownType(type));
    const [, altered = '', keys] = /^alter table (\w+) ((?:add|drop) key .+)$/.exec(statement) ?? [];
    if (keys !== undefined) changeIndexes(tables.get(altered)?.indexes, keys);
    return Promise.resolve();
  };
  const dialect = {
    name: 'mysql',
    tableOptions: '',
    quote: (name: string) => name,
    typeOf: (type: string) => type,
    columnsOf: (_knex: unknown, name: string) => Promise.resolve([...(tables.get(name)?.columns.keys() ?? [])]),
  } as unknown as Dialect;
  const dropTableIfExists = (name: string): Promise<void> => {
    tables.delete(name);
    return Promise.resolve();
  };
  const kit = { dialect, knex: { raw, schema: { dropTableIfExists } } } as unknown as SchemaKit;
  for (const step of migrations) {
    migration = step.name;
    await step.up(kit);
  }
  migration = 'of the contracts';
  await ensureRawTables(kit);
  return [...tables.values()];
}

function parseCreate(statement: string, migration: string): RecordedTable | undefined {
  const [, name, body = ''] = /^create table (\w+) \(\n([^]*)\n\) *$/.exec(statement) ?? [];
  if (name === undefined) return undefined;
  const lines = body.split(',\n').map((line) => line.trim());
  const columns = new Map<string, string>();
  const indexes = new Map<string, string>();
  let primaryKey = '';
  for (const line of lines) {
    const [, index, listed] = /^(?:primary key|key (\w+)) \((.*)\)$/.exec(line) ?? [];
    if (line.startsWith('primary key')) primaryKey = listed ?? '';
    else if (index !== undefined) indexes.set(index, listed ?? '');
    else columns.set(line.slice(0, line.indexOf(' ')), shownType(line.slice(line.indexOf(' ') + 1)));
  }
  return { name, migration, columns, primaryKey, indexes };
}

/** `add key name (columns), drop key name` */
function changeIndexes(indexes: Map<string, string> | undefined, changes: string): void {
  for (const [, added, columns = '', dropped] of changes.matchAll(/add key (\w+) \(((?:[^()]|\(\d+\))*)\)|drop key (\w+)/g)) {
    if (added !== undefined) indexes?.set(added, columns);
    if (dropped !== undefined) indexes?.delete(dropped);
  }
}

function shownType(definition: string): string {
  return definition.replace(/ not null$/, '!').replace(/ null$/, '');
}
