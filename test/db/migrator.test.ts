import { afterEach, describe, expect, test } from '@jest/globals';

import { migrations } from '../../migrations/index.ts';
import { auditIndex } from '../../migrations/0010_audit_index.ts';
import type { Database } from '../../src/db/database.ts';
import { migrateDown, migrateUp, migrationStatus, requireMigrated, type Migration } from '../../src/db/migrator.ts';
import { missingColumns } from '../../src/db/schema.ts';
import { ensureRawTables, missingRawColumns } from '../../src/raw/store/ensure-tables.ts';
import { billingEntities } from '../../src/sources/index.ts';
import { rawTable } from '../../src/raw/rows/table.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, describeMysql, migrate, tablesOf } from '../support/databases/databases.ts';

const names = migrations.map((migration) => migration.name);

describeEachDatabase('migrations', (suite) => {
  afterEach(() => migrate(suite.database));

  test('a fresh database has all tables, and migrating again changes nothing', async () => {
    const before = await tablesOf(suite.database);
    expect(before).toEqual(expect.arrayContaining(['job_runs', 'import_batches', ...billingEntities.map((entity) => entity.table)]));
    expect(await migrate(suite.database)).toEqual([]);
    expect(await tablesOf(suite.database)).toEqual(before);
    expect(await missing(suite.database)).toEqual([]);
  });

  test('status tells when each was applied; nothing is pending', async () => {
    const status = await migrationStatus(suite.database, migrations);
    expect(status.map(({ name }) => name)).toEqual(names);
    expect(status.map(({ appliedAt }) => appliedAt)).toEqual(names.map(() => expect.stringMatching(/^2026-11-20 05:00:00/)));
    await expect(requireMigrated(suite.database, migrations)).resolves.toBeUndefined();
  });

  test('down takes the newest back, down all every one, and up restores them', async () => {
    expect(await migrateDown(suite.database, migrations, false)).toEqual(names.slice(-1));
    await expect(requireMigrated(suite.database, migrations)).rejects.toMatchObject({ code: 'migrations_pending', nextStep: 'Run: hub migrate up' });
    expect(await migrateDown(suite.database, migrations, true)).toEqual(names.slice(0, -1).reverse());
    expect(await tablesOf(suite.database)).toEqual(['schema_migrations']);
    expect(await migrateDown(suite.database, migrations, true)).toEqual([]);
    expect((await migrationStatus(suite.database, migrations)).every(({ appliedAt }) => appliedAt === null)).toBe(true);
    expect(await migrate(suite.database)).toEqual(names);
  });

  test('a migration that was killed half-way runs again', async () => {
    await suite.database.knex('schema_migrations').delete();
    await suite.database.knex.schema.dropTable('raw_invoices');
    expect(await migrate(suite.database)).toEqual(names);
    expect(await missing(suite.database)).toEqual([]);
  });

  test('the index of a filled audit log is replaced and restored, also where it was done by half', async () => {
    const { database } = suite;
    const entry = { run_id: 'r', seq: 1, brand: 'alpina', entity: 'raw.invoice', entity_id: 'a', action: 'delete', at: '2026-01-01 00:00:00.000000' };
    await database.knex('audit_log').insert(entry);
    const kit = { knex: database.knex, dialect: database.dialect };
    const [byId, byRecord] = ['audit_log_entity_id_entity_brand', 'audit_log_entity_brand_entity_id'];
    expect(await indexesOfAudit(database)).toEqual([byRecord]);
    await auditIndex.down(kit);
    expect(await indexesOfAudit(database)).toEqual([byId]);
    await auditIndex.down(kit);
    await database.knex.raw(`create index ${byRecord} on audit_log (entity, brand, entity_id)`);
    expect(await indexesOfAudit(database)).toEqual([byRecord, byId]);
    await auditIndex.up(kit);
    await auditIndex.up(kit);
    expect(await indexesOfAudit(database)).toEqual([byRecord]);
    expect(await database.knex('audit_log').pluck('entity_id')).toEqual(['a']);
    await database.knex('audit_log').delete();
  });

  test('a column that a contract has and the table lacks is added; the rows stay', async () => {
    const { database } = suite;
    const row = { brand: 'alpina', source_id: 'a', row_hash: '0'.repeat(16), lake_batch: '20260101T000000Z', lake_row: 1, change_no: 1 };
    await database.knex('raw_invoices').insert(row);
    await database.knex.schema.alterTable('raw_invoices', (table) => table.dropColumn('comments'));
    expect(await missing(database)).toEqual(['raw_invoices.comments']);
    await migrate(database);
    expect(await missing(database)).toEqual([]);
    expect(await database.knex('raw_invoices').select('source_id', 'comments')).toEqual([{ source_id: 'a', comments: null }]);
    await database.knex('raw_invoices').delete();
  });

  test('one that fails holds nobody off', async () => {
    const failing: Migration = { name: '9999_failing', up: () => Promise.reject(new Error('no')), down: () => Promise.resolve() };
    const attempt = migrateUp(suite.database, [...migrations, failing], ensureRawTables, testClock());
    await expect(attempt).rejects.toMatchObject({ name: 'HubError' });
    expect(await migrate(suite.openAgain())).toEqual([]);
  });
});

describeMysql('migrations at the same time', (suite) => {
  test('two at once: one of them does the work', async () => {
    await migrateDown(suite.database, migrations, true);
    const other = suite.openAgain();
    const applied = await Promise.all([migrate(suite.database), migrate(other)]);
    expect(applied.flat().sort()).toEqual(names);
    expect(await missing(suite.database)).toEqual([]);
  });
});

describe('missingColumns', () => {
  test('names what the contract adds', () => {
    const [entity] = billingEntities;
    const spec = rawTable(entity ?? fail());
    expect(missingColumns(spec, Object.keys(spec.columns).slice(1))).toEqual(['brand']);
  });
});

function fail(): never {
  throw new Error('There are no entities.');
}

async function missing(database: Database): Promise<string[]> {
  return database.read((knex) => missingRawColumns({ knex, dialect: database.dialect }));
}

/** The names of its indexes but the primary key, sorted. */
async function indexesOfAudit(database: Database): Promise<string[]> {
  const statement =
    database.dialect.name === 'sqlite'
      ? "select name from sqlite_master where type = 'index' and tbl_name = 'audit_log' and name not like 'sqlite_%'"
      : "select distinct index_name as name from information_schema.statistics where table_schema = database() and table_name = 'audit_log' and index_name <> 'PRIMARY'";
  const result = await database.read((knex) => knex.raw<unknown>(statement));
  const rows = (database.dialect.name === 'sqlite' ? result : (result as unknown[])[0]) as { name: string }[];
  return rows.map(({ name }) => name).sort();
}
