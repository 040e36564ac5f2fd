import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

import { migrations } from '../../migrations/index.ts';
import type { Database } from '../../src/db/database.ts';
import { migrateUp } from '../../src/db/migrator.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, migrate, newDatabase, tablesOf } from '../support/databases/databases.ts';
import { PROJECT } from '../support/program/hub.ts';
import { shapeOf } from '../support/databases/table-shapes.ts';

/** The last migration whose tables test/db/frozen holds, as a database had them that was made by the migrations up to it. */
const FROZEN = '0010_audit_index';

describeEachDatabase('a database as the frozen migrations made it', (suite) => {
  const frozen = migrations.filter(({ name }) => name <= FROZEN);

  test('is what these migrations still make', async () => {
    const { database } = await newDatabase(suite.dialect);
    await migrateUp(database, frozen, () => Promise.resolve(), testClock());
    expect(await shapesOf(database)).toEqual(await shapesOf(await restored(suite.dialect)));
  });

  test('has the tables of a fresh one after the migrations that came since, and keeps its rows', async () => {
    const database = await restored(suite.dialect);
    await database.knex('counters').insert({ name: 'change_no', value: 7 });
    expect(await migrate(database)).toEqual(migrations.map(({ name }) => name).filter((name) => name > FROZEN));
    expect(await shapesOf(database)).toEqual(await shapesOf(suite.database));
    expect(await database.knex('counters').where({ name: 'change_no' }).pluck('value')).toEqual([7]);
  });

  test('comes to the same tables one migration at a time', async () => {
    const database = await restored(suite.dialect);
    for (let count = frozen.length; count <= migrations.length; count++) {
      await migrateUp(database, migrations.slice(0, count), () => Promise.resolve(), testClock());
    }
    await migrate(database);
    expect(await shapesOf(database)).toEqual(await shapesOf(suite.database));
  });
});

async function restored(dialect: 'sqlite' | 'mysql'): Promise<Database> {
  const { database } = await newDatabase(dialect);
  const statements = readFileSync(join(PROJECT, 'test/db/frozen', `${FROZEN}.${dialect}.sql`), 'utf8').split(';\n').filter((text) => text.trim() !== '');
  await database.write(async (tx) => {
    for (const statement of statements) await tx.raw(statement);
    for (const { name } of migrations.filter((migration) => migration.name <= FROZEN)) {
      await tx('schema_migrations').insert({ name, applied_at: '2026-01-01 00:00:00.000000' });
    }
  });
  return database;
}

async function shapesOf(database: Database): Promise<Record<string, readonly string[]>> {
  const kit = { knex: database.knex, dialect: database.dialect };
  const shapes: Record<string, readonly string[]> = {};
  for (const table of await tablesOf(database)) shapes[table] = await shapeOf(kit, table);
  return shapes;
}
