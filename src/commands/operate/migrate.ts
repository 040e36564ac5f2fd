import { HubError } from '../../core/errors.ts';
import { toIso, type Instant } from '../../core/time.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { Confirmation } from '../../cli/flag.ts';

const up: Command = {
  name: 'up',
  summary: 'apply all pending migrations',
  examples: ['hub migrate up'],
  async run(context) {
    const database = context.unmigratedDatabase();
    const { ensureRawTables, migrateUp, migrations } = await load();
    const applied = await migrateUp(database, migrations, ensureRawTables, context.clock);
    const text = applied.length === 0 ? `${database.location} is up to date.` : `Applied to ${database.location}: ${applied.join(', ')}.`;
    return { text, json: { database: database.location, applied } };
  },
};

const downFlags = {
  all: new Confirmation('--all', 'take all migrations back'),
  yes: new Confirmation('--yes', 'really delete the tables and their data'),
};

const down: Command = {
  name: 'down',
  summary: 'take the newest migration back, with the data in its tables',
  options: Object.values(downFlags),
  examples: ['hub migrate down --yes', 'hub migrate down --all --yes'],
  async run(context, options) {
    if (!downFlags.yes.of(options)) {
      throw new HubError('usage', 'confirmation_missing', 'Taking a migration back deletes its tables and their data.', {
        nextStep: 'Add --yes if that is what you want.',
      });
    }
    const database = context.unmigratedDatabase();
    const { migrateDown, migrations } = await load();
    const undone = await migrateDown(database, migrations, downFlags.all.of(options));
    if (undone.length === 0 && !downFlags.all.of(options)) {
      throw new HubError('usage', 'nothing_to_take_back', `${database.location} has no migrations: there is none to take back.`, {
        nextStep: 'Look with: hub migrate status. If there should be some, HUB_DATABASE_URL names another database.',
      });
    }
    const text = undone.length === 0 ? `${database.location} has no migrations.` : `Taken back in ${database.location}: ${undone.join(', ')}.`;
    return { text, json: { database: database.location, undone } };
  },
};

const status: Command = {
  name: 'status',
  summary: 'show which migrations are applied, and what the contracts would add',
  examples: ['hub migrate status', 'hub migrate status --output json'],
  async run(context) {
    const database = context.unmigratedDatabase();
    const { migrations, migrationStatus, missingRawColumns } = await load();
    const states = await migrationStatus(database, migrations);
    const applied = states.every((state) => state.appliedAt !== null);
    const missing = applied ? await database.read((knex) => missingRawColumns({ knex, dialect: database.dialect })) : [];
    const rows = states.map(({ name, appliedAt }) => [name, appliedAt === null ? 'pending' : toIso(appliedAt as Instant)]);
    const newer = states.filter(({ name }) => !migrations.some((known) => known.name === name)).map(({ name }) => name);
    const lines = [database.location, '', textTable([{ title: 'migration' }, { title: 'applied' }], rows)];
    if (newer.length > 0) lines.push('', `Of a newer version of hub: ${newer.join(', ')}. Run that version; this one refuses the database.`);
    if (missing.length > 0) lines.push('', `The contracts add: ${missing.join(', ')}. Run: hub migrate up`);
    return { text: lines.join('\n'), json: { database: database.location, migrations: states, missing, newer }, failed: newer.length > 0 };
  },
};

/** Loaded only if it runs: the help of all commands needs no migrations. */
async function load() {
  const [{ migrations }, migrator, rawTables] = [await import('../../../migrations/index.ts'), await import('../../db/migrator.ts'), await import('../../raw/store/ensure-tables.ts')];
  return { migrations, ...migrator, ...rawTables };
}

/** Looks after the schema. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'bring the database schema up to date, or back',
  commands: [up, down, status],
};
