import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { HubError, codeOf } from '../core/errors.ts';
import { millisOf, startTimer, toIso, type Clock } from '../core/time.ts';
import type { Decide } from '../leads/decision.ts';
import { parseProxies } from '../net/client-address.ts';
import type { WebhookSource } from '../webhooks/declare/source.ts';
import { adminHolder } from './http/admin-guard.ts';
import { httpApp, type RegisteredRoute } from './http/app.ts';
import { drainListener, type DrainTimes } from './http/drain.ts';
import { integrationStates, type KnownIntegration } from './http/integration-states.ts';
import { keyedRoutes, MOST_FAILURES, type KeyTools } from './http/keyed-routes.ts';
import { serveMetrics, type ServeMetrics } from './http/metrics.ts';
import type { KeyStore } from './keys/key-store.ts';
import type { Knowledge } from './knowledge/knowledge.ts';
import type { CountedLimits } from './limits/key-limits.ts';
import { probes } from './limits/probes.ts';
import { rateWindows, type RateWindows } from './limits/rate-window.ts';
import type { ServeLog } from './http/log.ts';
import { eventRoutes, type EventSetup } from './routes/events.ts';
import { healthRoutes, type Readiness } from './routes/health.ts';
import { feedRoutes, type FeedTools } from './routes/feed.ts';
import { leadRoutes } from './routes/lead.ts';
import { metricsRoute } from './routes/metrics.ts';
import { openApiRoute } from './routes/openapi.ts';
import { runStreamRoute } from './routes/run-stream.ts';
import { newestRuns, runsRoute } from './routes/runs.ts';
import { webhookRoutes } from './routes/webhook.ts';
import { runWatch } from './runs/run-watch.ts';
import { openApiDocument } from './openapi/document.ts';
import { routeSpecs } from './openapi/specs.ts';
import type { OpenJournal } from './open-journal.ts';
import type { ServePart } from './names.ts';
import type { ListenAddress } from './settings.ts';

export interface ServerOptions {
  readonly parts: readonly ServePart[];
  readonly listen: ListenAddress;
  readonly admin: ListenAddress;
  readonly adminKey?: string | undefined;
  readonly trustProxy: readonly string[];
  readonly probeLimit: number;
  /** Leads a minute and client; undefined for off. */
  readonly leadsLimit: number | undefined;
  /** Webhooks a minute and source; undefined for off. */
  readonly webhooksLimit: number | undefined;
  readonly clock: Clock;
  /** Of the program. */
  readonly version: string;
  readonly log: ServeLog;
  readonly decide: () => Decide;
  readonly webhooks: () => readonly WebhookSource[];
  readonly knowledge: () => Knowledge;
  /** The keys of those who ask, and what they may ask a minute. */
  readonly keys: KeyStore;
  readonly keyLimits: CountedLimits;
  readonly feeds: Pick<FeedTools, 'feeds' | 'database'>;
  /** What events and consents are taken by. */
  readonly events: EventSetup;
  /** Shown by /readyz, and decides nothing: whether the database answered last; undefined if it was not asked. */
  readonly database: () => boolean | undefined;
  /** The states of integrations for /metrics. */
  readonly integrations: () => Promise<readonly KnownIntegration[]>;
  readonly openJournal: (metrics: () => ServeMetrics) => Promise<OpenJournal>;
  readonly times: DrainTimes;
}

/** A server that listens. */
export interface RunningServer {
  /** `http://127.0.0.1:8080`, with the port that it really has. */
  readonly address: string;
  readonly admin: string;
  readonly routes: { readonly public: readonly RegisteredRoute[]; readonly admin: readonly RegisteredRoute[] };
  /** Ends in order; resolves when everything that was taken is on the disk, and published if there was time. */
  drain(cut: AbortSignal): Promise<void>;
}

const MINUTE_SECONDS = 60;
/** How often runs are looked at while somebody listens. */
const RUNS_MS = 2_000;

/**
 * Starts both listeners over the journal.
 * @throws HubError configuration `address_unusable`; those of the journal
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  let [isDraining, isStopping] = [false, false];
  const journal = await options.openJournal(() => metrics);
  const readiness = (): Readiness => {
    const checks = { journal: journal.writer.isWritable, disk: journal.space.isEnough, forms: true, running: !isDraining };
    const known = options.knowledge().asOf;
    const shown = { database: options.database() ?? null, knowledge_as_of: known?.number ?? null, knowledge_at: known === undefined ? null : toIso(known.at) };
    return { ready: Object.values(checks).every(Boolean), checks, shown };
  };
  const metrics = serveMetrics({
    ...{ journalBytes: () => journal.writer.bytes, unsynced: () => journal.writer.unsynced, waiting: () => journal.publisher.waiting },
    ...{ isReady: () => readiness().ready, knownAt: () => secondsOf(options.knowledge()), integrations: integrationStates(options.integrations) },
  });
  const tools = { log: options.log, metrics, isDraining: () => isStopping };
  const routes: { readonly public: RegisteredRoute[]; readonly admin: RegisteredRoute[] } = { public: [], admin: [] };
  const [app, admin] = [await httpApp({ ...tools, registered: (route) => void routes.public.push(route) }), await httpApp({ ...tools, registered: (route) => void routes.admin.push(route) })];
  const document = openApiDocument(routeSpecs, options.version);
  for (const each of [app, admin]) {
    healthRoutes(each, readiness);
    openApiRoute(each, document);
  }
  const { decide, knowledge, clock, webhooks } = options;
  const [elapsedMs, trusted] = [startTimer(), parseProxies(options.trustProxy) ?? []];
  const keyed: KeyTools = { keys: options.keys, limits: options.keyLimits, failures: rateWindows({ name: 'failures', quota: MOST_FAILURES, window: MINUTE_SECONDS }), trusted, clock, elapsedMs, log: options.log };
  keyedRoutes(admin, { ...keyed, known: adminHolder(options.admin.host, options.adminKey) }, (scope) => {
    metricsRoute(scope, metrics.registry);
    runsRoute(scope, options.feeds.database);
    runStreamRoute(scope, runWatch({ read: () => newestRuns(options.feeds.database()), clock, everyMs: RUNS_MS, trouble: (cause) => options.log.warn('the database does not answer: nothing is told of runs', { cause }) }));
  });
  const shared = { clock, metrics, elapsedMs, append: (record: Buffer) => journal.writer.append(record) };
  if (options.parts.includes('leads')) {
    const lead = { windows: aMinute('leads', options.leadsLimit), probes: probes(options.probeLimit), trusted };
    void app.register((scope, _options, done) => {
      leadRoutes(scope, { ...shared, ...lead, decide, knowledge });
      done();
    });
  }
  if (options.parts.includes('webhooks')) {
    void app.register((scope, _options, done) => {
      webhookRoutes(scope, { ...shared, windows: aMinute('webhooks', options.webhooksLimit), sources: webhooks });
      done();
    });
  }
  if (options.parts.includes('feeds')) keyedRoutes(app, keyed, (scope) => feedRoutes(scope, { ...options.feeds, clock }));
  if (options.parts.includes('events')) keyedRoutes(app, keyed, (scope) => eventRoutes(scope, { ...shared, ...options.events }));
  try {
    const [address, adminAddress] = [await listen(app, options.listen, 'HUB_SERVE_LISTEN'), await listen(admin, options.admin, 'HUB_SERVE_ADMIN')];
    return {
      address,
      admin: adminAddress,
      routes,
      async drain(cut) {
        isDraining = true;
        await drainListener(app, options.times, cut, () => (isStopping = true));
        await journal.close(cut);
        admin.server.closeAllConnections();
        await admin.close();
      },
    };
  } catch (error) {
    await Promise.all([app.close(), admin.close()]);
    await journal.close(AbortSignal.abort());
    throw error;
  }
}

function aMinute(name: string, quota: number | undefined): RateWindows | undefined {
  return quota === undefined ? undefined : rateWindows({ name, quota, window: MINUTE_SECONDS });
}

async function listen(app: FastifyInstance, { host, port }: ListenAddress, variable: string): Promise<string> {
  try {
    await app.listen({ host, port, backlog: 1_024 });
  } catch (cause) {
    throw new HubError('configuration', 'address_unusable', `The server cannot listen on ${host}:${port} (${codeOf(cause) ?? 'unknown'}).`, {
      context: { code: codeOf(cause) },
      nextStep: `Stop what listens there, or give another address with ${variable}.`,
      cause,
    });
  }
  const { address, port: actual, family } = app.server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
}

function secondsOf(knowledge: Knowledge): number | undefined {
  return knowledge.asOf === undefined ? undefined : millisOf(knowledge.asOf.at) / 1_000;
}
