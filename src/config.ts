import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { readConfigFile, type ConfigFile } from './config-file.ts';
import { HubError } from './core/errors.ts';
import { decodedUrlText } from './core/text/url-text.ts';
import { EMBEDDED_ID_KEY, processEnvironment } from './environment.ts';
import { serverEnvironment, type ServerEnvironment } from './serve/settings.ts';

/** Everything that commands know of their environment. Secrets inside the URLs are never logged. */
export interface Config extends ConfigFile {
  /** Absolute path of the configuration file. */
  readonly file: string;
  /** The folder of the configuration file; relative paths are relative to it. */
  readonly root: string;
  readonly databaseUrl: string;
  readonly lakeUrl: string;
  /** The lake of what platforms answer (HUB_SOURCES_URL): `file:<absolute path>` or `s3://…` */
  readonly sourcesUrl: string;
  /** Absolute path of the folder with the rules, if the file names one. */
  readonly rulesFolder: string | undefined;
  /** Absolute path of destinations.yaml, if the file names one or it lies in the folder config beside it. */
  readonly destinationsFile: string | undefined;
  /** Absolute path of forms.yaml, if the file names one or it lies in the folder config beside it. */
  readonly formsFile: string | undefined;
  /** Absolute path of webhooks.yaml, if the file names one or it lies in the folder config beside it. */
  readonly webhooksFile: string | undefined;
  /** Absolute path of feeds.yaml, what hub serve answers, if the file names one or it lies in the folder config beside it. */
  readonly servedFeedsFile: string | undefined;
  /** Absolute path of the city database that leads are located with, if the file names one. */
  readonly geoCityFile: string | undefined;
  /** Absolute path of alerts.yaml, likewise. */
  readonly alertsFile: string | undefined;
  /** A variable of the environment that destinations.yaml names: a URL or a secret. */
  readonly variable: (name: string) => string | undefined;
  /** Absolute path of the file that declares the audiences, if the configuration names one. */
  readonly audiencesFile: string | undefined;
  /** Where audiences are written: an absolute path, or s3://… */
  readonly audiencesOutput: string;
  /** Where the server listens, journals and publishes; read by those that serve. */
  readonly server: () => ServerEnvironment;
  /** True if neither the environment nor an option named a database: migrations then run by themselves. */
  readonly embedded: boolean;
  /** The key of ids that leave the hub (HUB_ID_KEY); undefined if it is needed but not set. */
  readonly idKey: string | undefined;
  /** The keys that wrap secrets (HUB_SECRETS_KEY); undefined if none is set. */
  readonly secretsKey: string | undefined;
  /** Where AWS KMS answers, if not where its region says (HUB_KMS_ENDPOINT). */
  readonly kmsEndpoint: string | undefined;
  /** Absolute path of the file for the metrics (HUB_METRICS_FILE). */
  readonly metricsFile: string | undefined;
  /** Where the metrics are pushed to (HUB_PUSHGATEWAY_URL); may hold a password. */
  readonly pushgatewayUrl: string | undefined;
  /** What tells the metrics of this hub from those of others (HUB_INSTANCE). */
  readonly instance: string | undefined;
  /** Where errors are reported to (SENTRY_DSN). */
  readonly sentryDsn: string | undefined;
  /** Set by crash tests only; see core/failpoint.ts. */
  readonly failpoint: string | undefined;
}

export interface ConfigRequest {
  /** --config; otherwise hub.config.yaml is looked for upwards from the working directory. */
  readonly file?: string | undefined;
  readonly workingDirectory: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const FILE_NAME = 'hub.config.yaml';
const DEFAULT_DATABASE = 'sqlite:.hub/hub.db';
const DEFAULT_LAKE = 'file:fixtures/lake';
const DEFAULT_SOURCES = 'file:.hub/sources';

/**
 * Loads and checks the configuration of the file and the environment.
 * @throws HubError configuration, naming file, line and key
 */
export function loadConfig(request: ConfigRequest): Config {
  const environment = request.environment ?? processEnvironment;
  const file = request.file === undefined ? findUpwards(request.workingDirectory) : resolve(request.workingDirectory, request.file);
  const root = dirname(file);
  const databaseUrl = environment['HUB_DATABASE_URL'] ?? '';
  const embedded = databaseUrl === '' || databaseUrl.startsWith('sqlite:');
  const content = readConfigFile(file);
  return {
    ...content,
    file,
    root,
    databaseUrl: absoluteSqlite(databaseUrl || DEFAULT_DATABASE, root),
    lakeUrl: absoluteLake((environment['HUB_LAKE_URL'] ?? '') || DEFAULT_LAKE, root),
    sourcesUrl: absoluteLake((environment['HUB_SOURCES_URL'] ?? '') || DEFAULT_SOURCES, root),
    rulesFolder: content.rules.folder === undefined ? undefined : resolve(root, content.rules.folder),
    audiencesFile: content.audiences.file === undefined ? undefined : resolve(root, content.audiences.file),
    audiencesOutput: absoluteOutput(content.audiences.output, root),
    embedded,
    idKey: (environment['HUB_ID_KEY'] ?? '') || (embedded ? EMBEDDED_ID_KEY : undefined),
    secretsKey: environment['HUB_SECRETS_KEY']?.trim() || undefined,
    kmsEndpoint: environment['HUB_KMS_ENDPOINT']?.trim() || undefined,
    destinationsFile: ownFile(content.destinations.file, root, 'destinations.yaml'),
    alertsFile: ownFile(content.alerts.file, root, 'alerts.yaml'),
    formsFile: ownFile(content.forms.file, root, 'forms.yaml'),
    webhooksFile: ownFile(content.webhooks.file, root, 'webhooks.yaml'),
    servedFeedsFile: ownFile(content.served_feeds.file, root, 'feeds.yaml'),
    geoCityFile: content.geoip.city === undefined ? undefined : resolve(root, content.geoip.city),
    variable: (name) => environment[name],
    server: () => serverEnvironment(environment, root),
    ...monitoringOf(environment, root),
    failpoint: environment['HUB_FAILPOINT'],
  };
}

/** How long an open, a click or the first message keeps a subscriber of the brand active, in days. */
export function activeDaysOf(config: Pick<Config, 'brands' | 'email'>, brand: string): number {
  return config.brands.find(({ id }) => id === brand)?.email.active_days ?? config.email.active_days;
}

/** Whether the prices of the brand's charges have tax in them. */
export function pricesIncludeTax(config: Pick<Config, 'brands' | 'metrics'>, brand: string): boolean {
  return config.brands.find(({ id }) => id === brand)?.metrics.prices_include_tax ?? config.metrics.prices_include_tax;
}

/** Empty variables are as if they were not set. */
function monitoringOf(
  environment: Readonly<Record<string, string | undefined>>,
  root: string,
): Pick<Config, 'metricsFile' | 'pushgatewayUrl' | 'instance' | 'sentryDsn'> {
  const value = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const metricsFile = value('HUB_METRICS_FILE');
  return {
    metricsFile: metricsFile === undefined ? undefined : resolve(root, metricsFile),
    pushgatewayUrl: webAddress('HUB_PUSHGATEWAY_URL', value('HUB_PUSHGATEWAY_URL')),
    instance: instanceName(value('HUB_INSTANCE')),
    sentryDsn: webAddress('SENTRY_DSN', value('SENTRY_DSN'), /^https?:\/\/[^/@]+@[^/@]+\/(.+\/)?\d+$/),
  };
}

/** It stands in labels and in a path of the Pushgateway, where a slash would make another one. */
function instanceName(value: string | undefined): string | undefined {
  if (value === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(value)) return value;
  throw new HubError('configuration', 'invalid_instance', 'HUB_INSTANCE is no name.', {
    nextStep: 'Give up to 64 letters, digits, dots, dashes and underscores, such as eu-prod.',
  });
}

/** False for a user or password with a % that begins no character. */
function hasReadableUser({ username, password }: URL): boolean {
  return [username, password].every((text) => decodedUrlText(text) !== undefined);
}

/** The address is not shown in the error: it may hold a password. */
function webAddress(name: string, value: string | undefined, form = /^https?:\/\//): string | undefined {
  if (value === undefined || (form.test(value) && URL.canParse(value) && hasReadableUser(new URL(value)))) return value;
  throw new HubError('configuration', 'invalid_address', `${name} is no address of the form that it must have.`, {
    nextStep: `Set ${name} to the whole address with http or https, or remove it.`,
  });
}

function findUpwards(start: string): string {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = join(folder, FILE_NAME);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) break;
  }
  throw new HubError('configuration', 'config_missing', `There is no ${FILE_NAME} in ${start} or any folder above it.`, {
    nextStep: `Run hub in a folder with a ${FILE_NAME}, or name one with --config FILE.`,
  });
}

function ownFile(named: string | undefined, root: string, usualName: string): string | undefined {
  if (named !== undefined) return resolve(root, named);
  const usual = join(root, 'config', usualName);
  return existsSync(usual) ? usual : undefined;
}

function absoluteSqlite(url: string, root: string): string {
  const path = /^sqlite:(?!:memory:)(.+)$/.exec(url)?.[1];
  return path === undefined ? url : `sqlite:${resolve(root, path)}`;
}

/** A folder is relative to the configuration; a place with a scheme stays as it is. */
function absoluteOutput(place: string, root: string): string {
  return /^[a-z0-9]+:\/\//i.test(place) ? place : resolve(root, place);
}

function absoluteLake(url: string, root: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  return path === undefined ? url : `file:${resolve(root, path)}`;
}
