import { HubError } from '../../core/errors.ts';
import { otherRowFormats, serverSettings, tryRights } from '../../db/inspection.ts';
import { parseDatabaseUrl } from '../../db/database-url.ts';
import { migrationStatus, requireKnown } from '../../db/migrator.ts';
import { migrations } from '../../../migrations/index.ts';
import type { Check } from './check.ts';
import { judgeMysqlSettings, requireVersion, settingsText } from './settings.ts';

/** The database answers and is new enough. */
export const database: Check = {
  name: 'database',
  async run(context) {
    const opened = context.unmigratedDatabase();
    const version = await opened.read((knex) => opened.dialect.version(knex));
    requireVersion(version);
    return { found: `${opened.location}, ${version}` };
  },
};

/** The settings of the server that decide whether hub works right, and how fast. */
export const settings: Check = {
  name: 'settings',
  needs: ['database'],
  async run(context) {
    const opened = context.unmigratedDatabase();
    const found = await serverSettings(opened);
    if (opened.dialect.name === 'sqlite') return { found: [...found].map(([name, value]) => `${name} ${value}`).join(', '), ...embeddedAdvice(found.get('journal_mode')) };
    const location = parseDatabaseUrl(context.config.databaseUrl);
    const advice = judgeMysqlSettings(found, location.kind === 'mysql' && location.localInfile);
    const [old, ...more] = await otherRowFormats(opened);
    if (old !== undefined) advice.push(`run alter table ${old} row_format = dynamic${more.length === 0 ? '' : ` (and ${more.length} more tables)`}: long texts are limited in older formats`);
    return { found: settingsText(found), advice: advice.length === 0 ? undefined : advice.join('; ') };
  },
};

/** The schema is that of this version. */
export const schema: Check = {
  name: 'migrations',
  needs: ['database'],
  async run(context) {
    const states = await migrationStatus(context.unmigratedDatabase(), migrations);
    requireKnown(states.map(({ name }) => name), migrations, context.unmigratedDatabase().location);
    const pending = states.filter((state) => state.appliedAt === null);
    if (pending.length === 0) return { found: `${migrations.length} applied` };
    if (context.config.embedded) return { found: `${pending.length} pending; an embedded database is migrated by the next command` };
    throw new HubError('configuration', 'migrations_pending', `${pending.length} of ${migrations.length} are pending.`, { nextStep: 'Run: hub migrate up' });
  },
};

/** The user may do what migrations and stages do. */
export const rights: Check = {
  name: 'rights',
  needs: ['database'],
  async run(context) {
    try {
      await tryRights(context.unmigratedDatabase());
      return { found: 'may create, alter, write, lock and drop tables' };
    } catch (error) {
      if (error instanceof HubError && error.code === 'database_busy') {
        return { found: 'not tried: another process is writing', advice: 'run hub doctor again when it has finished' };
      }
      throw error;
    }
  },
};

function embeddedAdvice(journal: string | undefined): { advice?: string } {
  return journal === 'wal' ? {} : { advice: 'put the database on a local disk: without a write-ahead log, readers and writers block each other' };
}
