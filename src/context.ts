import { existsSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';

import { migrations } from '../migrations/index.ts';
import type { Config } from './config.ts';
import { adjustableClock, cautionOf, type ClockReading } from './core/clock-skew.ts';
import { problemFields, type HubError } from './core/errors.ts';
import type { TextLine } from './core/text/text-lines.ts';
import { startTimer, systemClock, type Clock } from './core/time.ts';
import { readClocks } from './db/clock.ts';
import { openDatabase, type Database } from './db/database.ts';
import { parseDatabaseUrl } from './db/database-url.ts';
import { migrateUp, migrationStatus, requireKnown, requireMigrated } from './db/migrator.ts';
import type { DeclaredDestination } from './relays/destinations/destination.ts';
import type { DestinationSource } from './relays/destinations/destinations.ts';
import type { Audience } from './audiences/declare/audience.ts';
import type { AudienceStore } from './audiences/deliver/store.ts';
import type { Rules } from './enriched/rules/rules.ts';
import type { Forms } from './leads/forms/forms.ts';
import type { ServedFeeds } from './served-feeds/declare/feeds-file.ts';
import type { Webhooks, WebhooksFile } from './webhooks/declare/webhooks.ts';
import type { Lake } from './lake/port/lake.ts';
import { openLake } from './lake/open-lake.ts';
import { openSourceLake } from './lake/open-source-lake.ts';
import type { SourceLake } from './lake/sources/source-lake.ts';
import { linesOfFile } from './lake/files/lines.client.ts';
import type { Logger } from './logger.ts';
import { ensureRawTables, missingRawColumns } from './raw/store/ensure-tables.ts';
import { runObserver } from './monitoring/run-observer.ts';
import type { RunObserver } from './engine/runs/job.ts';
import type { KeyRing } from './secrets/key-ring.ts';
import type { SecretStore } from './secrets/secret-store.ts';
import { packageVersion, programFile } from './core/program-file.client.ts';
import type { Progress } from './engine/runs/progress.ts';
import { silentProgress, terminalProgress } from './monitoring/progress.ts';

/** Everything that a command works with; made in one place, closed in one place. */
export interface Context {
  readonly config: Config;
  readonly logger: Logger;
  /** The time: that of the database once database() has opened it, before that of this machine. */
  readonly clock: Clock;
  /** What is wrong with the place where the command runs, for its report; known once the database is open. */
  readonly cautions: readonly HubError[];
  readonly signal: AbortSignal;
  readonly progress: Progress;
  readonly version: string;
  /** Told of every recorded run; stages hand it on to runJob with their services. */
  readonly observer: RunObserver;
  /**
   * The database with all migrations applied; an embedded one is migrated by itself, except by a dry run, which leaves
   * it as it is: one that does not exist yet is replaced by an empty one in memory.
   */
  database(use?: { readonly dryRun: boolean }): Promise<Database>;
  /** The database as it is, for commands that look after the schema. */
  unmigratedDatabase(): Database;
  /** The clocks of this machine and of the database, read once. */
  clocks(): Promise<ClockReading>;
  lake(): Promise<Lake>;
  /** The lake of what platforms answered. */
  sourceLake(): Promise<SourceLake>;
  /** The rules of the folder that the configuration names, else those that come with the program. */
  rules(): Promise<Rules>;
  /** The destinations of the file that the configuration names, else of config/destinations.yaml. */
  destinations(): Promise<readonly DeclaredDestination[]>;
  /**
   * The forms of the file that the configuration names, else of config/forms.yaml, with what is wrong with them; the
   * example that comes with the program where there is none.
   * @param idKey the key of their public ids
   */
  forms(idKey: string): Promise<Forms>;
  /**
   * The sources of webhooks of the file that the configuration names, else of config/webhooks.yaml; none where there is none.
   * @throws HubError configuration, naming every fault
   */
  webhooks(): Promise<Webhooks>;
  /**
   * The feeds that hub serve answers, of the file that the configuration names, else of config/feeds.yaml, else those that come
   * with the program.
   * @throws HubError configuration, naming every fault
   */
  servedFeeds(): Promise<ServedFeeds>;
  /** The variables of the environment that the files of the configuration refer to. */
  namedVariables(): Promise<readonly string[]>;
  /**
   * The keys that wrap secrets.
   * @throws HubError configuration if HUB_SECRETS_KEY is missing or not of its form
   */
  keyRing(): Promise<KeyRing>;
  /** Where sources get their credentials: the environment, else the table of hub secrets. */
  secrets(): Promise<SecretStore>;
  /** The audiences of the file that the configuration names, else those that come with the program. */
  audiences(): Promise<Audience[]>;
  /** Where audiences are written: the given folder or s3:// place, else that of the configuration. The caller closes it. */
  audienceStore(place: string | undefined): Promise<AudienceStore>;
  /** The lines of a file, `-` for standard input; it is opened when the first line is asked for. */
  lines(file: string): AsyncIterable<TextLine>;
  /** A path as people read it: relative to the working directory if it lies below. */
  shownPath(path: string): string;
  close(): Promise<void>;
}

export interface ContextOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly progress: boolean;
  /** The clock of this machine. */
  readonly clock?: Clock;
  /** True: nothing is done while the clocks leave it open which day it is. */
  readonly decidesByDate?: boolean;
  /** Bound for the bytes that a query of the lake may scan. */
  readonly maxScanBytes?: number | undefined;
}

/** Puts a context together; connections are opened on first use. */
export function createContext(options: ContextOptions): Context {
  const { config, logger, signal, clock: machine = systemClock } = options;
  const clock = adjustableClock(machine);
  const cautions: HubError[] = [];
  const version = packageVersion();
  let database: Database | undefined;
  let ready: Promise<Database> | undefined;
  let reading: Promise<ClockReading> | undefined;
  let lake: Promise<Lake> | undefined;
  let sourceLake: Promise<SourceLake> | undefined;
  const unmigratedDatabase = (): Database => (database ??= openDatabase(config.databaseUrl));
  const clocks = (): Promise<ClockReading> => (reading ??= readClocks(unmigratedDatabase(), machine));
  const checkClock = async (): Promise<void> => {
    const found = await clocks();
    const caution = cautionOf(found, options.decidesByDate === true);
    clock.adjust(found.skewMs);
    if (caution === undefined) return;
    cautions.push(caution);
    logger.warn(caution.message, problemFields(caution));
  };
  const context: Context = {
    config,
    logger,
    clock,
    cautions,
    signal,
    progress: options.progress ? terminalProgress(startTimer()) : silentProgress,
    version,
    observer: runObserver({ logger, version, config }),
    database(use) {
      const absent = use?.dryRun === true && isAbsentFile(config.databaseUrl);
      if (absent) database ??= openDatabase('sqlite::memory:');
      const selfMigrating = absent || (config.embedded && use?.dryRun !== true);
      return (ready ??= migratedDatabase(unmigratedDatabase(), selfMigrating, clock).then(async (opened) => {
        await checkClock();
        return opened;
      }));
    },
    unmigratedDatabase,
    clocks,
    lake: () => (lake ??= openDeclaredLake(config, options.maxScanBytes)),
    sourceLake: () => (sourceLake ??= openSourceLake(config.sourcesUrl, signal)),
    rules: () => loadRules(config),
    destinations: () => loadDestinations(config),
    forms: (idKey) => loadForms(config, idKey),
    webhooks: () => loadWebhooks(config),
    servedFeeds: () => loadServedFeeds(config),
    namedVariables: async () => (await import('./relays/destinations/destinations.ts')).variablesOf([(await readDestinations(config)).text, (await readWebhooks(config)).text].join('\n')),
    keyRing: () => loadKeyRing(config),
    secrets: () => openSecrets(context),
    audiences: () => loadAudiences(config),
    audienceStore: (place) => openAudienceStore(place ?? config.audiencesOutput, signal),
    lines: (file) => linesOfFile(file, signal),
    shownPath(path) {
      const short = relative(process.cwd(), path);
      return short.startsWith('..') || isAbsolute(short) ? path : short || '.';
    },
    async close() {
      await lake?.then((opened) => opened.close()).catch(() => undefined);
      await sourceLake?.then((opened) => opened.close()).catch(() => undefined);
      await database?.close();
    },
  };
  return context;
}

/** The lake, with the feeds that lie in it in a form of their own. */
async function openDeclaredLake({ lakeUrl, lake: { athena_concurrency: concurrency }, feeds }: Config, maxScanBytes: number | undefined): Promise<Lake> {
  const lake = await openLake(lakeUrl, { concurrency, maxScanBytes });
  if (feeds.length === 0) return lake;
  const { declaredFeeds, requireFolder } = await import('./feeds/declare/feeds.ts');
  const { feedLake } = await import('./feeds/feed-lake.client.ts');
  return feedLake(lake, requireFolder(lakeUrl), declaredFeeds(feeds));
}

/** The AWS client is loaded only where the variable names a key of KMS. */
async function loadKeyRing({ secretsKey, kmsEndpoint }: Config): Promise<KeyRing> {
  const { parseKeyRing, secretsKeyMissing } = await import('./secrets/key-ring.ts');
  if (secretsKey === undefined) throw secretsKeyMissing();
  const { kmsKey } = secretsKey.includes('kms:') ? await import('./secrets/kms.client.ts') : { kmsKey: undefined };
  return parseKeyRing(secretsKey, (arn) => {
    if (kmsKey === undefined) throw secretsKeyMissing();
    return kmsKey(arn, { endpoint: kmsEndpoint });
  });
}

async function openSecrets(context: Context): Promise<SecretStore> {
  const { openSecretStore } = await import('./secrets/secret-store.ts');
  const { storeRotated } = await import('./secrets/run-secrets.ts');
  return openSecretStore({
    variable: context.config.variable,
    database: () => context.database(),
    keyRing: () => context.keyRing(),
    store: async (name, sealed, expiresAt) => storeRotated({ ...context, database: await context.database() }, name, sealed, expiresAt),
  });
}

async function loadRules(config: Config): Promise<Rules> {
  const { compileRules } = await import('./enriched/rules/rules.ts');
  const { readRuleSources } = await import('./enriched/rules/rules.client.ts');
  const folder = config.rulesFolder ?? programFile('config/rules') ?? 'config/rules';
  return compileRules(
    await readRuleSources(folder),
    config.brands.map(({ id }) => id),
  );
}

async function loadDestinations(config: Config): Promise<readonly DeclaredDestination[]> {
  const { parseDestinations } = await import('./relays/destinations/destinations.ts');
  return parseDestinations(await readDestinations(config), { variable: config.variable, brands: config.brands.map(({ id }) => id) });
}

async function readDestinations(config: Config): Promise<DestinationSource> {
  const { readDestinationSource } = await import('./relays/destinations/destinations.client.ts');
  return readDestinationSource(config.destinationsFile ?? programFile('config/destinations.yaml') ?? 'config/destinations.yaml');
}

async function loadForms(config: Config, idKey: string): Promise<Forms> {
  const { compileForms } = await import('./leads/forms/forms.ts');
  const { readFormsSource } = await import('./leads/forms/forms.client.ts');
  const source = await readFormsSource(config.formsFile ?? programFile('config/forms.yaml') ?? 'config/forms.yaml');
  return compileForms(source, { brands: config.brands.map(({ id }) => id), redirectHosts: config.serve.redirect_hosts, idKey });
}

async function readWebhooks(config: Config): Promise<WebhooksFile> {
  const { readWebhooksFile } = await import('./webhooks/declare/webhooks.client.ts');
  return readWebhooksFile(config.webhooksFile);
}

async function loadWebhooks(config: Config): Promise<Webhooks> {
  const { compileWebhooks, requireSoundWebhooks } = await import('./webhooks/declare/webhooks.ts');
  return requireSoundWebhooks(compileWebhooks(await readWebhooks(config), { brands: config.brands.map(({ id }) => id), variable: config.variable }));
}

async function loadServedFeeds(config: Config): Promise<ServedFeeds> {
  const { compileFeeds, requireSoundFeeds } = await import('./served-feeds/declare/feeds-file.ts');
  const { catalog } = await import('./served-feeds/declare/catalog.ts');
  const { readFeedsFile } = await import('./served-feeds/declare/feeds-file.client.ts');
  return requireSoundFeeds(compileFeeds(await readFeedsFile(config.servedFeedsFile ?? programFile('config/feeds.yaml') ?? 'config/feeds.yaml'), catalog));
}

async function loadAudiences(config: Config): Promise<Audience[]> {
  const { compileAudiences } = await import('./audiences/declare/audience.ts');
  const { readAudienceFile } = await import('./audiences/declare/audience-file.client.ts');
  const file = config.audiencesFile ?? programFile('config/audiences.yaml') ?? 'config/audiences.yaml';
  return compileAudiences(
    file,
    await readAudienceFile(file),
    config.brands.map(({ id }) => id),
  );
}

/** The AWS client is loaded only for a place on S3. */
async function openAudienceStore(place: string, signal: AbortSignal): Promise<AudienceStore> {
  const { parseOutputLocation } = await import('./audiences/deliver/output-location.ts');
  const location = parseOutputLocation(place);
  if ('folder' in location) return (await import('./audiences/deliver/folder-store.client.ts')).openFolderStore(resolve(location.folder));
  return (await import('./audiences/deliver/s3-store.client.ts')).openS3Store(location.s3, { signal });
}

/** True for an embedded database whose file no command has made yet. */
function isAbsentFile(databaseUrl: string): boolean {
  const location = parseDatabaseUrl(databaseUrl);
  return location.kind === 'sqlite' && location.file !== ':memory:' && !existsSync(location.file);
}

async function migratedDatabase(database: Database, selfMigrating: boolean, clock: Clock): Promise<Database> {
  if (!selfMigrating) await requireMigrated(database, migrations);
  else if (await lacksSomething(database)) await migrateUp(database, migrations, ensureRawTables, clock);
  return database;
}

/** Asked first, as migrating waits for whoever writes: a look at the runs must not wait for an import. */
async function lacksSomething(database: Database): Promise<boolean> {
  const states = await migrationStatus(database, migrations);
  requireKnown(states.map(({ name }) => name), migrations, database.location);
  if (states.some((state) => state.appliedAt === null)) return true;
  return (await database.read((knex) => missingRawColumns({ knex, dialect: database.dialect }))).length > 0;
}
