import { expect, test } from '@jest/globals';

import { createTable, dropTable, type SchemaKit, type TableSpec } from '../../src/db/schema.ts';
import { audienceMembers, audienceSnapshots, suppressions } from '../../src/destinations/audiences/tables.ts';
import { contactStates, purgedStates, subscribers } from '../../src/enriched/subscribers/tables.ts';
import { tableNames, tableOf } from '../../src/enriched/tables.ts';
import { orderTables } from '../../src/orders/tables.ts';
import { emailTouches } from '../../src/raw/email/touches.repository.ts';
import { entities } from '../../src/raw/entities/index.ts';
import { erasedRecords, erasures } from '../../src/raw/erasure/tables.ts';
import { rawTable } from '../../src/raw/table.ts';
import { undecidable } from '../../src/runs/undecidable.repository.ts';
import { describeEachDatabase } from '../support/databases.ts';

/** The tables as the code declares them; the migrations hold them as they were made, step by step. */
const specs: readonly TableSpec[] = [
  ...entities.map(rawTable),
  ...tableNames.map(tableOf),
  ...orderTables,
  ...[emailTouches, contactStates, subscribers, purgedStates],
  ...[audienceMembers, audienceSnapshots, suppressions],
  ...[erasures, erasedRecords],
  undecidable,
];

describeEachDatabase('the migrations', (suite) => {
  test('make each table as the code declares it: columns, types, key and indexes', async () => {
    const { database } = suite;
    const kit = { knex: database.knex, dialect: database.dialect };
    for (const spec of specs) {
      const declared = { ...spec, name: `declared_${spec.name}` };
      await createTable(kit, declared);
      expect(await shapeOf(kit, spec.name)).toEqual(await shapeOf(kit, declared.name));
      await dropTable(kit, declared.name);
    }
  });
});

/** What the database says of a table, in an order that does not depend on when a column or an index came. */
async function shapeOf(kit: SchemaKit, table: string): Promise<unknown> {
  const lines = kit.dialect.name === 'sqlite' ? await sqliteShape(kit, table) : await serverShape(kit, table);
  return lines.map((line) => line.replaceAll(table, 'TABLE')).sort();
}

/** The statement itself is no measure: an added column is written into it in another form. */
async function sqliteShape({ knex }: SchemaKit, table: string): Promise<string[]> {
  const columns = (await knex.raw('select name, type, "notnull", dflt_value, pk from pragma_table_info(?)', [table])) as unknown[];
  const indexes = (await knex('sqlite_master').where({ tbl_name: table, type: 'index' }).whereNotNull('sql').pluck('sql')) as string[];
  return [...columns.map((column) => JSON.stringify(column)), ...indexes];
}

async function serverShape({ knex }: SchemaKit, table: string): Promise<string[]> {
  const [rows] = (await knex.raw('show create table ??', [table])) as [{ 'Create Table': string }[]];
  return (rows[0]?.['Create Table'] ?? '').split('\n').map((line) => line.trim().replace(/,$/, ''));
}
