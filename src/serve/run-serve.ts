import { join } from 'node:path';

import { HubError, messageOf, problemFields } from '../core/errors.ts';
import { startTimer, type Clock } from '../core/time.ts';
import type { Decide } from '../leads/decision.ts';
import type { Database } from '../db/database.ts';
import type { ServedFeeds } from '../served-feeds/declare/feeds-file.ts';
import type { Webhooks } from '../webhooks/declare/webhooks.ts';
import { parseProxies } from '../net/client-address.ts';
import { needsKey } from './http/admin-guard.ts';
import type { DrainTimes } from './http/drain.ts';
import type { KnownIntegration } from './http/integration-states.ts';
import { publishThread } from './publish/publish-thread.ts';
import type { Durability } from './journal/journal.ts';
import { keyStore, type KeyStoreOptions } from './keys/key-store.ts';
import type { KnowledgeKeeper } from './knowledge/keeper.ts';
import { nothingKnown } from './knowledge/snapshot.ts';
import { countedLimits, type KeyLimit } from './limits/key-limits.ts';
import { logProblem, type ServeLog } from './http/log.ts';
import { openJournal, type OpenJournal } from './open-journal.ts';
import type { EventSetup } from './routes/events.ts';
import { startServer, type RunningServer } from './server.ts';
import type { ServePart } from './names.ts';
import { durationMs, sizeBytes, type ServerEnvironment } from './settings.ts';

/** What a server is made of. */
export interface ServeServices {
  readonly environment: ServerEnvironment;
  readonly settings: {
    readonly trust_proxy: readonly string[];
    readonly probe_limit: number;
    readonly internal_networks: readonly string[];
    readonly limits: Readonly<Record<'leads' | 'webhooks' | KeyLimit, number | 'off'>>;
    readonly journal: { readonly durability: Durability; readonly rotate: string; readonly min_free: string };
  };
  readonly parts: readonly ServePart[];
  readonly clock: Clock;
  /** Of the program. */
  readonly version: string;
  readonly log: ServeLog;
  /** The forms as they are now; rejects if they are faulty. */
  readonly loadForms: () => Promise<Decide>;
  /** The sources of webhooks as they are now, with their secrets; rejects if they are faulty. */
  readonly loadWebhooks: () => Promise<Pick<Webhooks, 'sources' | 'version'>>;
  /** The feeds as they are now; rejects if they are faulty. */
  readonly loadFeeds: () => Promise<Pick<ServedFeeds, 'feeds' | 'version'>>;
  /** From which feeds are read; opened when one is. */
  readonly feedsDatabase: () => Database;
  /** Opened when the journal is held: its file lies in the folder of the writer. It tells when somebody was erased. */
  readonly knowledge: (erased: () => void) => KnowledgeKeeper;
  /** The keys of those who ask, in the database. */
  readonly keys: Pick<KeyStoreOptions, 'read' | 'markUsed'>;
  /** What events and consents are taken by. */
  readonly events: Omit<EventSetup, 'internal'>;
  /** The last resort of the journal: the database. */
  readonly fallback: (records: readonly Buffer[]) => Promise<void>;
  /** The states of integrations for /metrics. */
  readonly integrations: () => Promise<readonly KnownIntegration[]>;
  /** The first signal: the end begins. */
  readonly signal: AbortSignal;
}

/** What a server tells when it has ended. */
export interface ServeReport {
  readonly journaledBytes: number;
  readonly publishedRecords: number;
  /** Segments that are left for the next start. */
  readonly waitingSegments: number;
}

const TIMES: DrainTimes = { asBefore: 5_000, open: 10_000 };
const WHOLE_END_MS = 30_000;

/**
 * Serves until the signal, then ends in order. SIGHUP loads forms, sources of webhooks and feeds anew; faulty ones are
 * refused and the old ones stay.
 * @throws HubError interrupted `drain_cut` if a second signal or the end of 30 s cut the end short: everything that was
 *   answered is on the disk then; configuration and locked as starting does
 */
export async function runServe(services: ServeServices): Promise<ServeReport> {
  const { log, signal, environment, settings } = services;
  let [decide, webhooks, feeds] = [await services.loadForms(), await services.loadWebhooks(), await services.loadFeeds()];
  let publishedRecords = 0;
  const reload = async (): Promise<void> => {
    await loadAnew('forms', services.loadForms, (loaded) => (decide = loaded));
    await loadAnew('webhooks', services.loadWebhooks, (loaded) => (webhooks = loaded));
    await loadAnew('feeds', services.loadFeeds, (loaded) => (feeds = loaded));
  };
  const loadAnew = async <Loaded extends { readonly version: string }>(name: string, load: () => Promise<Loaded>, take: (loaded: Loaded) => void): Promise<void> => {
    try {
      const loaded = await load();
      take(loaded);
      log.info(`the ${name} were loaded anew`, { [name]: loaded.version });
    } catch (error) {
      log.error(`the ${name} are faulty: those of before stay in force`, error instanceof HubError ? problemFields(error) : { error: messageOf(error) });
    }
  };
  const onHangUp = (): void => void reload();
  process.on('SIGHUP', onHangUp);
  let opened: OpenJournal | undefined;
  let keeper: KnowledgeKeeper | undefined;
  const keys = keyStore({
    ...{ ...services.keys, file: join(environment.journal, environment.writer, 'keys'), clock: services.clock, elapsedMs: startTimer() },
    trouble: (cause) => log.warn('keys are known as of before', { cause }),
  });
  try {
    const server = await startServer({
      ...{ parts: services.parts, listen: environment.listen, admin: environment.admin, adminKey: environment.adminKey, clock: services.clock, version: services.version, log, times: TIMES },
      ...{ trustProxy: settings.trust_proxy, probeLimit: settings.probe_limit, leadsLimit: limitOf(settings.limits.leads) },
      ...{ webhooks: () => webhooks.sources, webhooksLimit: limitOf(settings.limits.webhooks) },
      ...{ keys, keyLimits: countedLimits(settings.limits), feeds: { feeds: () => feeds.feeds, database: services.feedsDatabase } },
      ...{ events: { ...services.events, internal: parseProxies(settings.internal_networks) ?? [] } },
      ...{ decide: () => decide, knowledge: () => keeper?.current() ?? nothingKnown, database: () => keeper?.isReachable(), integrations: services.integrations },
      async openJournal(metrics) {
        opened = await openJournal({
          ...{ journal: environment.journal, writer: environment.writer, clock: services.clock, fallback: services.fallback },
          ...{ durability: settings.journal.durability, rotateMs: durationMs(settings.journal.rotate), minFreeBytes: sizeBytes(settings.journal.min_free) },
          thread: publishThread(environment.intakeUrl),
          published(result) {
            publishedRecords += result.records;
            metrics().published(result);
            log.info('a segment was published', { segment: result.number, records: result.records, parts: result.parts, corrupt: result.corrupt, torn_bytes: result.tornBytes });
          },
          trouble(problem) {
            metrics().trouble(problem.code);
            logProblem(log, problem);
          },
        });
        const { writer } = opened;
        keeper = services.knowledge(() => void writer.rotate());
        return opened;
      },
    });
    log.info('serving', { address: server.address, admin: server.admin, writer: environment.writer, forms: decide.version, webhooks: webhooks.version, feeds: feeds.version });
    if (needsKey(environment.admin.host) && environment.adminKey === undefined) {
      log.warn('the metrics are shown to keys of hub keys alone: others than this machine reach them, and the process has none', { next: 'Set HUB_SERVE_ADMIN_KEY, which needs no database, or listen on 127.0.0.1 (HUB_SERVE_ADMIN).' });
    }
    await untilAborted(signal);
    await endInOrder(server);
    return { publishedRecords, journaledBytes: opened?.writer.bytes ?? 0, waitingSegments: opened?.publisher.waiting ?? 0 };
  } finally {
    process.off('SIGHUP', onHangUp);
    await keeper?.close();
  }
}

/** The first signal has come; a second one cuts the end short. */
async function endInOrder(server: RunningServer): Promise<void> {
  const second = new AbortController();
  const cut = (): void => second.abort();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, cut);
  const end = AbortSignal.any([second.signal, AbortSignal.timeout(WHOLE_END_MS)]);
  try {
    await server.drain(end);
  } finally {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.off(name, cut);
  }
  if (!end.aborted) return;
  throw new HubError('interrupted', 'drain_cut', 'The end was cut short: everything that was answered is in the journal, and published with the next start.');
}

function limitOf(limit: number | 'off'): number | undefined {
  return limit === 'off' ? undefined : limit;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
