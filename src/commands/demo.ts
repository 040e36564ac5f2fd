import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { Option } from 'commander';

import { loadConfig } from '../config.ts';
import { createContext, type Context } from '../context.ts';
import { HubError } from '../core/errors.ts';
import { addDays, dateOf, instantOfBatch, parseBatchId } from '../core/time.ts';
import { countRawRows } from '../raw/raw-rows.repository.ts';
import { entities } from '../raw/entities/index.ts';
import { countRejects } from '../raw/quarantine.repository.ts';
import { textTable } from '../runs/table.ts';
import type { Command, Output } from './command.ts';
import { enrich } from './enrich.ts';
import { importBilling } from './import-billing.ts';
import { importEmail } from './import-email.ts';

/** The day's work on the fixtures and an embedded database, from nothing to a readable summary. */
export const demo: Command = {
  name: 'demo',
  summary: 'run the day on the fixtures and an embedded database',
  description:
    'Needs nothing but this folder: takes the example lake in fixtures/lake and a new embedded database ' +
    '(.hub/demo.db, which stays for you to look at). HUB_DATABASE_URL and HUB_LAKE_URL are not used.',
  options: [new Option('--no-progress', 'no progress bar on a terminal')],
  examples: ['hub demo'],
  async run(context) {
    const file = join(context.config.root, '.hub', 'demo.db');
    await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${file}${suffix}`, { force: true })));
    const inside = demoContext(context, file);
    try {
      const mailed = await importEmail.run?.(inside, { maxWait: '0s', shard: '1/1' }, []);
      const imported = await importBilling.run?.(inside, { maxWait: '0s', shard: '1/1' }, []);
      if (mailed === undefined || imported === undefined) throw new HubError('unexpected', 'demo_incomplete', 'The demo did not import anything.');
      const enriched = await enrich.run?.(inside, { maxWait: '0s', shard: '1/1', asOf: await demoDate(inside) }, []);
      if (enriched === undefined) throw new HubError('unexpected', 'demo_incomplete', 'The demo did not enrich anything.');
      const summary = await summarise(inside);
      const database = context.shownPath(file);
      return {
        text: [mailed.text, '', imported.text, '', enriched.text, '', summary.text, '', ...nextSteps(database)].join('\n'),
        json: { database, email: mailed.json, import: imported.json, enrich: enriched.json, summary: summary.json },
        refused: imported.refused === true || mailed.refused === true,
      };
    } finally {
      await inside.close();
    }
  },
};

function demoContext(context: Context, file: string): Context {
  const { logger, signal, config } = context;
  const environment = { HUB_DATABASE_URL: `sqlite:${file}` };
  return {
    ...createContext({
      config: loadConfig({ file: config.file, workingDirectory: config.root, environment }),
      logger,
      signal,
      progress: false,
    }),
    progress: context.progress,
  };
}

/** The day on which the example data was exported last; as of today most of it would be long over. */
async function demoDate(context: Context): Promise<string | undefined> {
  const database = await context.database();
  const row = await database.read((knex) => knex<{ batch: string }>('import_batches').max<{ last: string | null }[]>({ last: 'batch' }).first());
  const batch = parseBatchId((row)?.last ?? '');
  return batch === undefined ? undefined : addDays(dateOf(instantOfBatch(batch)), 1);
}

/** What lies in the database now: rows per entity and brand, and what the quarantine holds. */
async function summarise(context: Context): Promise<Output> {
  const database = await context.database();
  const brands = context.config.brands.map((brand) => brand.id);
  const items = [];
  for (const entity of entities) {
    const counts = new Map((await countRawRows(database, entity)).map((row) => [row.brand, row]));
    items.push({ entity: entity.name, counts });
  }
  const rejects = await countRejects(database, { status: 'open' });
  const columns = [{ title: 'stored now' }, ...[...brands, 'deleted'].map((title) => ({ title, align: 'right' as const }))];
  const rows = items.map(({ entity, counts }) => [
    entity,
    ...brands.map((brand) => counts.get(brand)?.live ?? 0),
    [...counts.values()].reduce((sum, { deleted }) => sum + deleted, 0),
  ]);
  const quarantine = rejects.map(({ brand, entity, code, column_name: column, rows: count }) => [brand, entity, code, column, count]);
  const quarantineTable = textTable(
    [...['in quarantine', 'entity', 'reason', 'column'].map((title) => ({ title })), { title: 'rows', align: 'right' }],
    quarantine,
  );
  return {
    text: [textTable(columns, rows), ...(quarantine.length > 0 ? ['', quarantineTable] : [])].join('\n'),
    json: { stored: items.map(({ entity, counts }) => ({ entity, brands: Object.fromEntries(counts) })), quarantine: rejects },
  };
}

function nextSteps(database: string): string[] {
  const hub = `HUB_DATABASE_URL=sqlite:${database} bin/hub`;
  return ['Look further:', `  ${hub} runs list`, `  ${hub} quarantine list`, `  ${hub} import-billing    # a second run finds nothing to do`, `  ${hub} explain charge_category "Shipping protection" --when amount=199`];
}
