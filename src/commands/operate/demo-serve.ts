import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Output } from '../../cli/command.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import type { Decide } from '../../leads/decision.ts';
import type { Forms } from '../../leads/forms/forms.ts';
import { importIntake } from '../data/import-intake.ts';
import { leads } from '../serve/leads.ts';
import { arrivalPage, landingPage } from './demo-page.ts';

const LOOPBACK = '127.0.0.1';
const ARRIVAL = '/arrived?to=';

/**
 * Serves the first form of forms.yaml with a landing page on this machine, until a signal; then imports what was sent and
 * shows it. Nobody else can reach it, and the redirects lead to a page that names their targets.
 * @param inside a context of the demo's own database, journal and intake
 */
export async function serveDemo(context: Context, inside: Context): Promise<Output> {
  const { config, logger } = inside;
  const environment = config.server();
  for (const folder of [environment.journal, environment.intakeUrl.slice('file:'.length)]) rmSync(folder, { recursive: true, force: true });
  const { requireSound } = await import('../../leads/forms/forms.ts');
  const forms = requireSound(await inside.forms(requireIdKey(config)));
  const [form] = forms.forms;
  if (form === undefined) throw new HubError('configuration', 'no_form', 'forms.yaml declares no form to show.', { nextStep: 'Declare one, or remove config/forms.yaml.' });
  let action = '';
  const pages = await servePages(() => landingPage(form, action));
  const address = `http://${LOOPBACK}:${(pages.address() as AddressInfo).port}`;
  const database = await inside.database();
  const { runServe } = await import('../../serve/run-serve.ts');
  const { keepKnowledge } = await import('../../serve/knowledge/keeper.ts');
  const { keysIn } = await import('../../serve/keys/keys.repository.ts');
  const { storeFallback } = await import('../../serve/journal/fallback.repository.ts');
  const warn = (message: string): void => logger.warn('the database does not answer', { cause: message });
  try {
    await runServe({
      ...{ environment, settings: config.serve, parts: ['leads'], clock: inside.clock, version: inside.version, signal: context.signal },
      log: {
        ...{ warn: (message, fields) => logger.warn(message, fields), error: (message, fields) => logger.error(message, fields) },
        info(message, fields = {}) {
          if (message !== 'serving') return;
          action = `${(fields as { address: string }).address}/l/${form.publicId}`;
          logger.info(`open ${address} in a browser, send the form, and press Ctrl-C`, { url: address });
        },
      },
      loadWebhooks: () => Promise.resolve({ sources: [], version: 'none' }),
      ...{ loadFeeds: () => Promise.resolve({ feeds: new Map(), version: 'none' }), feedsDatabase: () => database },
      loadForms: async () => onThisMachine(await decideOf(forms), address),
      knowledge: (erased) =>
        keepKnowledge({ erased, file: join(environment.journal, environment.writer, 'knowledge'), databaseUrl: config.databaseUrl, brands: config.brands.map(({ id }) => id), trouble: warn }),
      integrations: () => Promise.resolve([]),
      events: { brands: [], userHash: () => '' },
      keys: keysIn(() => database),
      fallback: (records) => storeFallback(database, records, inside.clock),
    });
  } finally {
    pages.closeAllConnections();
    pages.close();
  }
  return showLeads({ ...inside, signal: new AbortController().signal });
}

async function decideOf(forms: Forms): Promise<Decide> {
  const { decideBy } = await import('../../leads/forms/decide.ts');
  return decideBy(forms);
}

/** The same decisions, for a page of this machine and leading to one. */
function onThisMachine(decide: Decide, address: string): Decide {
  return {
    ...decide,
    form(publicId) {
      const form = decide.form(publicId);
      return form === undefined ? undefined : { ...form, origins: [...form.origins, address] };
    },
    decide(request) {
      const decision = decide.decide(request);
      return { ...decision, location: `${address}${ARRIVAL}${encodeURIComponent(decision.location)}` };
    },
  };
}

async function servePages(landing: () => string): Promise<Server> {
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const body = url === '/' ? landing() : url.startsWith(ARRIVAL) ? arrivalPage(new URL(url, `http://${LOOPBACK}`).searchParams.get('to') ?? '') : undefined;
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(body ?? '');
  });
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  return server;
}

async function showLeads(inside: Context): Promise<Output> {
  const imported = await importIntake.run?.(inside, {}, []);
  const listed = await leads.commands?.find(({ name }) => name === 'list')?.run?.(inside, {}, []);
  if (imported === undefined || listed === undefined) throw new HubError('unexpected', 'demo_incomplete', 'The demo could not import its leads.');
  return { text: `${imported.text}\n\n${listed.text}`, json: { import: imported.json, leads: listed.json }, refused: imported.refused === true };
}
