import { migrations } from '../../migrations/index.ts';
import type { Context } from '../context.ts';
import { HubError, messageOf } from '../core/errors.ts';
import { migrationStatus } from '../db/migrator.ts';
import { textTable } from '../runs/table.ts';
import type { Command } from './command.ts';

interface Check {
  readonly name: string;
  /** What was found; throws if it is not as it must be. */
  run(context: Context): Promise<string>;
}

const checks: readonly Check[] = [
  {
    name: 'configuration',
    run: (context) =>
      Promise.resolve(`${context.shownPath(context.config.file)}, brands ${context.config.brands.map((brand) => brand.id).join(', ')}`),
  },
  {
    name: 'database',
    async run(context) {
      const database = context.unmigratedDatabase();
      const version = await database.read((knex) => database.dialect.version(knex));
      return `${database.location}, ${version}`;
    },
  },
  {
    name: 'migrations',
    async run(context) {
      const pending = (await migrationStatus(context.unmigratedDatabase(), migrations)).filter((state) => state.appliedAt === null);
      if (pending.length === 0) return `${migrations.length} applied`;
      if (context.config.embedded) return `${pending.length} pending; an embedded database is migrated by the next command`;
      throw new HubError('configuration', 'migrations_pending', `${pending.length} of ${migrations.length} are pending.`, {
        nextStep: 'Run: hub migrate up',
      });
    },
  },
  {
    name: 'lake',
    async run(context) {
      const lake = await context.lake();
      const { detail } = await lake.check(context.signal);
      return `${lake.location}, ${detail}`;
    },
  },
];

/** Checks what every command needs, and says what to do where something is missing. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'check configuration, database, migrations and lake',
  examples: ['hub doctor', 'hub doctor --output json'],
  async run(context) {
    const results = [];
    for (const check of checks) results.push(await runCheck(check, context));
    const failed = results.filter((result) => !result.ok);
    const table = textTable(
      ['', 'check', 'found'].map((title) => ({ title })),
      results.map(({ ok, name, found }) => [ok ? 'ok' : 'FAIL', name, found]),
    );
    const remedies = failed.map(({ name, next }) => `${name}: ${next ?? 'see the message above'}`);
    if (failed.length > 0) {
      const report = [table, '', 'What to do:', ...remedies.map((remedy) => `  ${remedy}`)].join('\n');
      context.logger.error(`${failed.length} of ${results.length} checks failed`);
      return { text: report, json: { ok: false, checks: results }, failed: true };
    }
    return { text: table, json: { ok: true, checks: results } };
  },
};

async function runCheck(
  check: Check,
  context: Context,
): Promise<{ name: string; ok: boolean; found: string; next?: string | undefined }> {
  try {
    return { name: check.name, ok: true, found: await check.run(context) };
  } catch (error) {
    return { name: check.name, ok: false, found: messageOf(error), next: error instanceof HubError ? error.nextStep : undefined };
  }
}
