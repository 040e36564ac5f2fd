import { join } from 'node:path';

import type { Command } from '../../cli/command.ts';
import { listOf, toggle } from '../../cli/flag.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import { userHashOf } from '../../cli/user-hash.ts';
import type { Context } from '../../context.ts';
import type { Database } from '../../db/database.ts';
import type { IntegrationCheck } from '../../health/integration.ts';
import type { Decide } from '../../leads/decision.ts';
import type { Webhooks } from '../../webhooks/declare/webhooks.ts';
import type { ServedFeeds } from '../../served-feeds/declare/feeds-file.ts';
import { serveParts } from '../../serve/names.ts';

const flags = {
  part: listOf('--part <name...>', `only these parts (default: serve.parts of the configuration): ${serveParts.join(', ')}`, serveParts),
  check: toggle('--check', 'check the configuration, forms.yaml, webhooks.yaml and feeds.yaml, and end'),
};

/** Takes what comes over HTTP. */
export const serve: Command = {
  name: 'serve',
  summary: 'take leads, webhooks, events and consents over HTTP, and answer feeds',
  description:
    'Takes leads at /l/<form> (see hub forms list), decides where each is sent, journals it, and then answers; and webhooks at ' +
    '/w/<source> (config/webhooks.yaml), whose signatures it verifies; and at /v1/events and /v1/consents, with keys (hub keys), ' +
    'tracked events without personal data, and consents; and answers feeds (config/feeds.yaml) at ' +
    '/v1/feeds/<name>.json, .csv or .xml to those with a key. Listens on HUB_SERVE_LISTEN (0.0.0.0:8080), for health and ' +
    'metrics also on HUB_SERVE_ADMIN (127.0.0.1:8081); journals to HUB_JOURNAL (.hub/journal) as writer HUB_WRITER (0), and ' +
    'publishes to HUB_INTAKE_URL (file:.hub/intake). SIGHUP loads these files anew; SIGTERM ends it in order, ' +
    'within 30 s.',
  options: Object.values(flags),
  examples: ['hub serve --check', 'hub serve --part leads', 'hub serve --part webhooks    # STRIPE_WEBHOOK_SECRET and the like in the environment'],
  drains: true,
  async run(context, options) {
    const { config, logger } = context;
    const parts = flags.part.of(options) ?? config.serve.parts;
    const environment = config.server();
    const loadForms = (): Promise<Decide> => loadDecide(context);
    const loadWebhooks = (): Promise<Pick<Webhooks, 'sources' | 'version'>> => (parts.includes('webhooks') ? loadSources(context) : Promise.resolve({ sources: [], version: 'none' }));
    const loadFeeds = (): Promise<Pick<ServedFeeds, 'feeds' | 'version'>> => (parts.includes('feeds') ? context.servedFeeds() : Promise.resolve({ feeds: new Map(), version: 'none' }));
    if (flags.check.of(options)) {
      const [{ version }, webhooks, feeds] = [await loadForms(), await loadWebhooks(), await loadFeeds()];
      return {
        text: `The configuration, forms.yaml (version ${version}), ${webhooks.sources.length} sources of webhooks and ${feeds.feeds.size} feeds can be served.`,
        json: { parts, forms: version, webhooks: webhooks.version, sources: webhooks.sources.length, feeds: [...feeds.feeds.keys()], writer: environment.writer },
      };
    }
    const { runServe } = await import('../../serve/run-serve.ts');
    const { keepKnowledge } = await import('../../serve/knowledge/keeper.ts');
    const { storeFallback } = await import('../../serve/journal/fallback.repository.ts');
    const { keysIn } = await import('../../serve/keys/keys.repository.ts');
    const { openDatabase } = await import('../../db/database.ts');
    let feedsDatabase: Database | undefined;
    const report = await runServe({
      ...{ environment, parts, settings: config.serve, clock: context.clock, version: context.version, log: logger, signal: context.signal, loadForms, loadWebhooks, loadFeeds },
      // Of their own: who reads a feed slowly keeps a connection, which nobody else waits for.
      feedsDatabase: () => (feedsDatabase ??= openDatabase(config.databaseUrl)),
      knowledge: (erased) =>
        keepKnowledge({
          erased,
          ...{ file: join(environment.journal, environment.writer, 'knowledge'), databaseUrl: config.databaseUrl, brands: config.brands.map(({ id }) => id) },
          trouble: (message) => logger.warn('the database does not answer: persons are known as of before', { cause: message }),
        }),
      integrations: () => readIntegrations(context),
      keys: keysIn(() => context.unmigratedDatabase()),
      events: { brands: config.brands.map(({ id }) => id), userHash: userHashOf(config) },
      fallback: async (records) => storeFallback(await context.database(), records, context.clock),
    }).finally(() => feedsDatabase?.close());
    const { journaledBytes, publishedRecords, waitingSegments } = report;
    return {
      text: `Ended in order: ${publishedRecords} records were published, ${waitingSegments} segments are left for the next start.`,
      json: { journaled_bytes: journaledBytes, published_records: publishedRecords, waiting_segments: waitingSegments },
    };
  },
};

/** None where hub health never ran; the schema is looked after by others. */
async function readIntegrations(context: Context): Promise<IntegrationCheck[]> {
  const { latestChecks } = await import('../../health/history.repository.ts');
  const database = context.unmigratedDatabase();
  return database.read(async (knex) => ((await database.dialect.columnsOf(knex, 'integration_health')).length === 0 ? [] : latestChecks(knex)));
}

async function loadDecide(context: Context): Promise<Decide> {
  const { decideBy } = await import('../../leads/forms/decide.ts');
  const { requireSound } = await import('../../leads/forms/forms.ts');
  return decideBy(requireSound(await context.forms(requireIdKey(context.config))));
}

async function loadSources(context: Context): Promise<Webhooks> {
  const { requireSecrets } = await import('../../webhooks/declare/webhooks.ts');
  return requireSecrets(await context.webhooks());
}
