import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { addDays, dateOf, instantOfBatch, parseBatchId } from '../../core/time.ts';
import { assembleOrders } from '../data/assemble-orders.ts';
import { attributeRefunds } from '../data/attribute-refunds.ts';
import { buildAudiences } from '../data/build-audiences.ts';
import { buildMetrics } from '../data/build-metrics.ts';
import type { Command, OptionValues, Output } from '../../cli/command.ts';
import { toggle } from '../../cli/flag.ts';
import { dataFlags } from '../../cli/options.ts';
import { enrich } from '../data/enrich.ts';
import { importAds } from '../data/import-ads.ts';
import { importBilling } from '../data/import-billing.ts';
import { importEmail } from '../data/import-email.ts';
import { importInventory } from '../data/import-inventory.ts';
import { reconcile } from '../data/reconcile.ts';
import { report } from '../data/report.ts';

const sources = toggle('--sources', 'ask a simulated shop, its payments, three ad platforms and Google Analytics on two days instead, and import what they answer');
const serve = toggle('--serve', 'show a landing page on this machine, take its form until Ctrl-C, and import what was sent');

/** The day's work on the fixtures and an embedded database, from nothing to a readable summary. */
export const demo: Command = {
  name: 'demo',
  summary: 'run the day on the fixtures and an embedded database',
  description:
    'Needs nothing but this folder: takes the example lake in fixtures/lake and a new embedded database ' +
    '(.hub/demo.db, which stays for you to look at, as do the audiences in .hub/demo-audiences, the pages for founders and ' +
    'finance in .hub/demo-report, and the page .hub/demo-reconcile.html, which answers how many active ' +
    'subscribers there are). HUB_DATABASE_URL and HUB_LAKE_URL are not used. With --serve it shows a landing page on this ' +
    'machine instead, takes what is sent until Ctrl-C, and imports it. With --sources it extracts two days of a shop, its ' +
    'payments, its ads and its visits from platforms that it simulates on this machine, and writes the marketing page of them ' +
    '(.hub/demo-sources.db, the lake .hub/demo-sources and .hub/demo-sources-report stay).',
  options: [dataFlags.progress, sources, serve],
  examples: ['hub demo', 'hub demo --sources', 'hub demo --serve'],
  async run(context, options) {
    if (sources.of(options)) return runSources(context);
    if (serve.of(options)) return runServing(context);
    const file = join(context.config.root, '.hub', 'demo.db');
    await removeDatabase(file);
    await Promise.all([audiencesFolder(context), reportFolder(context), pageFile(context)].map((path) => rm(path, { recursive: true, force: true })));
    const inside = await demoContext(context, file);
    try {
      const outputs: Output[] = [];
      for (const step of steps) outputs.push(await step.run(inside));
      const database = context.shownPath(file);
      return {
        text: [...outputs.map(({ text }) => text), await pagesToOpen(inside), nextSteps(database)].join('\n\n'),
        json: { database, pages: await reportIndex(inside), ...Object.fromEntries(steps.map(({ name }, index) => [name, outputs[index]?.json])) },
        refused: outputs.some(({ refused }) => refused === true),
      };
    } finally {
      await inside.close();
    }
  },
};

/** A part of the demo; the report has its output under its name. */
interface Step {
  readonly name: string;
  run(context: Context): Promise<Output>;
}

/** The day in its order, what it came to, and at last the question that hub answers. */
const steps: readonly Step[] = [
  stepOf('email', importEmail),
  stepOf('import', importBilling),
  stepOf('ads', importAds),
  stepOf('inventory', importInventory),
  stepOf('enrich', enrich, async (context) => ({ asOf: await demoDate(context) })),
  stepOf('orders', assembleOrders),
  stepOf('refunds', attributeRefunds),
  stepOf('metrics', buildMetrics, async (context) => ({ asOf: await demoDate(context) })),
  stepOf('audiences', buildAudiences, async (context) => ({ asOf: await demoDate(context), outputDir: audiencesFolder(context) })),
  { name: 'relays', run: async (context) => (await import('./demo-relays.ts')).deliverToLocalReceiver(context) },
  { name: 'summary', run: async (context) => (await import('../../cli/outputs/demo-summary.ts')).storedRows(context) },
  { name: 'totals', run: async (context) => (await import('../../cli/outputs/demo-summary.ts')).brandTotals(context) },
  { name: 'order', run: async (context) => (await import('../../cli/outputs/demo-summary.ts')).refundedOrder(context) },
  stepOf('report', report, async (context) => ({ asOf: await demoDate(context), format: ['html'], outputDir: reportFolder(context) })),
  stepOf('reconcile', reconcile, async (context) => ({ asOf: await demoDate(context), html: pageFile(context) })),
];

/** A step that runs a command of the day, with the options that its command line would give. */
function stepOf(name: string, command: Command, more: (context: Context) => Promise<OptionValues> = () => Promise.resolve({})): Step {
  return {
    name,
    async run(context) {
      const output = await command.run?.(context, { maxWait: '0s', shard: '1/1', ...(await more(context)) }, []);
      if (output === undefined) throw new HubError('unexpected', 'demo_incomplete', `The demo could not run ${command.name}.`);
      return output;
    },
  };
}

function audiencesFolder({ config }: Context): string {
  return join(config.root, '.hub', 'demo-audiences');
}

function reportFolder({ config }: Context): string {
  return join(config.root, '.hub', 'demo-report');
}

function pageFile({ config }: Context): string {
  return join(config.root, '.hub', 'demo-reconcile.html');
}

/** A landing page and the server of its form, over a journal and an intake of the demo's own. */
async function runServing(context: Context): Promise<Output> {
  const place = join(context.config.root, '.hub', 'demo-serve');
  const { listen } = context.config.server();
  const inside = await demoContext(context, join(context.config.root, '.hub', 'demo-serve.db'), {
    ...{ HUB_JOURNAL: join(place, 'journal'), HUB_INTAKE_URL: `file:${join(place, 'intake')}` },
    ...{ HUB_SERVE_LISTEN: `127.0.0.1:${listen.port}`, HUB_SERVE_ADMIN: '127.0.0.1:0' },
  });
  try {
    return await (await import('./demo-serve.ts')).serveDemo(context, inside);
  } finally {
    await inside.close();
  }
}

/** Two days of simulated platforms, over a database and a source lake of the demo's own. */
async function runSources(context: Context): Promise<Output> {
  const place = join(context.config.root, '.hub', 'demo-sources');
  await removeDatabase(`${place}.db`);
  const [{ MORNING, runSourcesDay }, { startDemoPlatforms }] = [await import('./demo-sources.ts'), await import('./demo-platforms.ts')];
  const platforms = await startDemoPlatforms(MORNING);
  try {
    const inside = await demoContext(context, `${place}.db`, { HUB_SOURCES_URL: `file:${place}`, ...platforms.credentials });
    try {
      return await runSourcesDay(inside, platforms);
    } finally {
      await inside.close();
    }
  } finally {
    await platforms.close();
  }
}

async function removeDatabase(file: string): Promise<void> {
  await Promise.all(['', '-wal', '-shm'].map((suffix) => rm(`${file}${suffix}`, { force: true })));
}

async function demoContext(context: Context, file: string, more: Readonly<Record<string, string>> = {}): Promise<Context> {
  const [{ createContext }, { loadConfig }] = [await import('../../context.ts'), await import('../../config.ts')];
  const { logger, signal, config } = context;
  const environment = { HUB_DATABASE_URL: `sqlite:${file}`, ...more };
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

/** Where the pages begin, as a person opens them. */
async function reportIndex(context: Context): Promise<string> {
  return context.shownPath(join(reportFolder(context), (await demoDate(context)) ?? '', 'index.html'));
}

async function pagesToOpen(context: Context): Promise<string> {
  return ['Open in a browser:', `  ${await reportIndex(context)}    # what is flagged and new, and the pages of the report`, `  ${context.shownPath(pageFile(context))}    # how many active subscribers there are`].join('\n');
}

function nextSteps(database: string): string {
  const hub = `HUB_DATABASE_URL=sqlite:${database} bin/hub`;
  return [
    'Look further:',
    `  ${hub} runs list`,
    `  ${hub} quarantine list`,
    `  ${hub} import-billing    # a second run finds nothing to do`,
    `  ${hub} show account <billing account id, or acc_…>`,
    `  ${hub} explain charge_category "Shipping protection" --when amount=199`,
  ].join('\n');
}
