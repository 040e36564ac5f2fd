import type { Database } from './database.ts';
import { createTable, type SchemaKit, type TableSpec } from './schema.ts';
import { HubError } from '../core/errors.ts';
import type { Clock } from '../core/time.ts';

/** One step of the schema. Both directions can be repeated: a step that was killed half-way runs again. */
export interface Migration {
  /** `0001_runs`; the order of the names is the order of the steps. */
  readonly name: string;
  up(kit: SchemaKit): Promise<void>;
  down(kit: SchemaKit): Promise<void>;
}

/** The state of one step. */
export interface MigrationStatus {
  readonly name: string;
  readonly appliedAt: string | null;
}

const LEDGER: TableSpec = {
  name: 'schema_migrations',
  columns: { name: 'key!', applied_at: 'instant!' },
  primaryKey: ['name'],
};

/** Applies all pending migrations and then the repeatable part; returns the names applied. */
export async function migrateUp(
  database: Database,
  migrations: readonly Migration[],
  repeatable: (kit: SchemaKit) => Promise<void>,
  clock: Clock,
): Promise<string[]> {
  return exclusively(database, async (kit) => {
    const applied = await appliedNames(kit);
    requireKnown(applied, migrations, database.location);
    const pending = migrations.filter((migration) => !applied.has(migration.name));
    for (const migration of pending) {
      await migration.up(kit);
      await kit.knex(LEDGER.name).insert({ name: migration.name, applied_at: clock.now() });
    }
    await repeatable(kit);
    return pending.map((migration) => migration.name);
  });
}

/** Takes the newest applied migration back (all of them with `all`); returns the names. Their tables and data go. */
export async function migrateDown(database: Database, migrations: readonly Migration[], all: boolean): Promise<string[]> {
  return exclusively(database, async (kit) => {
    const applied = await appliedNames(kit);
    requireKnown(applied, migrations, database.location);
    const undone = [...migrations].reverse().filter((migration) => applied.has(migration.name));
    const steps = all ? undone : undone.slice(0, 1);
    for (const migration of steps) {
      await migration.down(kit);
      await kit.knex(LEDGER.name).where({ name: migration.name }).delete();
    }
    return steps.map((migration) => migration.name);
  });
}

/** All migrations in order with the time at which they were applied; also those that this version does not know. */
export async function migrationStatus(database: Database, migrations: readonly Migration[]): Promise<MigrationStatus[]> {
  const rows = await database.read(async (knex) => {
    if ((await database.dialect.columnsOf(knex, LEDGER.name)).length === 0) return [];
    return knex<{ name: string; applied_at: string }>(LEDGER.name).select('name', 'applied_at');
  });
  const times = new Map(rows.map((row) => [row.name, row.applied_at]));
  const names = [...new Set([...migrations.map((migration) => migration.name), ...times.keys()])].sort();
  return names.map((name) => ({ name, appliedAt: times.get(name) ?? null }));
}

/**
 * Fails if a migration is pending, or was applied by a newer version.
 * @throws HubError configuration with what to do
 */
export async function requireMigrated(database: Database, migrations: readonly Migration[]): Promise<void> {
  const states = await migrationStatus(database, migrations);
  requireKnown(states.map(({ name }) => name), migrations, database.location);
  const pending = states.filter((status) => status.appliedAt === null);
  if (pending.length === 0) return;
  throw new HubError('configuration', 'migrations_pending', `The database lacks ${pending.length} migration(s).`, {
    context: { database: database.location, first: pending[0]?.name },
    nextStep: 'Run: hub migrate up',
  });
}

/**
 * Fails if the schema is newer than this version: what it would write may not be what the tables mean by now.
 * @param applied names of migrations that the database has, and others that this version knows
 * @throws HubError configuration with what to do
 */
export function requireKnown(applied: Iterable<string>, migrations: readonly Migration[], location: string): void {
  const known = new Set(migrations.map(({ name }) => name));
  const newer = [...applied].filter((name) => !known.has(name)).sort();
  if (newer.length === 0) return;
  throw new HubError('configuration', 'schema_newer', `The database was migrated by a newer version of hub: ${newer.length} migration(s) that this one does not know.`, {
    context: { database: location, first: newer[0] },
    nextStep: 'Run that version or a newer one; to go back to this one, take its migrations back first, with that version: hub migrate down.',
  });
}

/** Runs the work on one connection that no other migration can hold at the same time. */
async function exclusively<T>(database: Database, work: (kit: SchemaKit) => Promise<T>): Promise<T> {
  return database.write(async (tx) => {
    const kit = { knex: tx, dialect: database.dialect };
    await database.dialect.lockSchema(tx);
    try {
      await createTable(kit, LEDGER);
      return await work(kit);
    } finally {
      // The connection goes back to the pool and would keep the lock. One that is lost has none; its error comes first.
      await database.dialect.unlockSchema(tx).catch(() => undefined);
    }
  });
}

async function appliedNames(kit: SchemaKit): Promise<Set<string>> {
  const rows = await kit.knex<{ name: string }>(LEDGER.name).select('name');
  return new Set(rows.map((row) => row.name));
}
