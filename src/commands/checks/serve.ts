import { formatCount } from '../../core/text/counts.ts';
import { millisOf } from '../../core/time.ts';
import type { Check } from './check.ts';
import { findSegments, requireWritable } from './folders.client.ts';

const OLD_MINUTES = 10;
const OLD_GEO_DAYS = 45;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The journal can be written, and no segment waits for longer than a server takes to publish it. */
export const journal: Check = {
  name: 'journal',
  async run(context) {
    const { journal: folder, writer } = context.config.server();
    await requireWritable(folder);
    const segments = await findSegments(folder);
    const old = segments.filter(({ changedMs }) => millisOf(context.clock.now()) - changedMs > OLD_MINUTES * MINUTE_MS);
    const [first] = old;
    const found = `writer ${writer} in ${context.shownPath(folder)}, ${formatCount(segments.length)} segments wait`;
    return { found, advice: first === undefined ? undefined : `${old.length} segments have waited for longer than ${OLD_MINUTES} minutes, such as ${context.shownPath(first.file)}: start its server, or run hub journal publish` };
  },
};

/** Servers can publish, and import-intake can read it. */
export const intake: Check = {
  name: 'intake',
  async run(context) {
    const { intakeUrl } = context.config.server();
    if (!intakeUrl.startsWith('file:')) return { found: intakeUrl.replace(/[?].*$/, '') };
    const folder = intakeUrl.slice('file:'.length);
    await requireWritable(folder);
    return { found: context.shownPath(folder) };
  },
};

/** Leads can be located, by a file that is young enough. */
export const geo: Check = {
  name: 'geo file',
  async run(context) {
    const file = context.config.geoCityFile;
    if (file === undefined) return { found: 'none: geoip.city is not set, so leads are not located' };
    const { openGeoFile } = await import('../../leads/intake/geo-file.client.ts');
    const { type, builtMs } = await openGeoFile(file);
    const days = Math.floor((millisOf(context.clock.now()) - builtMs) / DAY_MS);
    return { found: `${context.shownPath(file)}, ${type}, built ${days} days ago`, advice: days > OLD_GEO_DAYS ? 'load a newer geo file: networks move' : undefined };
  },
};

/** Records that no segment took are in the database until import-intake takes them up. */
export const fallback: Check = {
  name: 'fallback',
  needs: ['migrations'],
  async run(context) {
    const database = context.unmigratedDatabase();
    const count = await database.read(async (knex) => {
      // An embedded database that was never used has no tables yet.
      if ((await database.dialect.columnsOf(knex, 'intake_fallback')).length === 0) return 0;
      const [row] = await database.dialect.selectRows(knex, 'select count(*) from intake_fallback', []);
      return Number(row?.[0] ?? 0);
    });
    return { found: `${formatCount(count)} records`, advice: count > 0 ? 'see why the journal took no records (free space, hub doctor on its machine), and run hub import-intake' : undefined };
  },
};
