import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { readConfigFile, type ConfigFile } from './config-file.ts';
import { HubError } from './core/errors.ts';
import { isServiceVariable } from './core/service-variables.ts';
import { decodedUrlText } from './core/text/url-text.ts';

/** Everything that commands know of their environment. Secrets inside the URLs are never logged. */
export interface Config extends ConfigFile {
  /** Absolute path of the configuration file. */
  readonly file: string;
  /** The folder of the configuration file; relative paths are relative to it. */
  readonly root: string;
  readonly databaseUrl: string;
  readonly lakeUrl: string;
  /** Absolute path of the folder with the rules, if the file names one. */
  readonly rulesFolder: string | undefined;
  /** Absolute path of destinations.yaml, if the file names one or it lies in the folder config beside it. */
  readonly destinationsFile: string | undefined;
  /** A variable of the environment that destinations.yaml names: a URL or a secret. */
  readonly variable: (name: string) => string | undefined;
  /** Absolute path of the file that declares the audiences, if the configuration names one. */
  readonly audiencesFile: string | undefined;
  /** Where audiences are written: an absolute path, or s3://… */
  readonly audiencesOutput: string;
  /** True if neither the environment nor an option named a database: migrations then run by themselves. */
  readonly embedded: boolean;
  /** The key of ids that leave the hub (HUB_ID_KEY); undefined if it is needed but not set. */
  readonly idKey: string | undefined;
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
/** The key where none is set, so that everything works from a fresh clone; known to everybody, so the ids of an embedded database are no secret. */
export const EMBEDDED_ID_KEY = 'embedded';
const DEFAULT_LAKE = 'file:fixtures/lake';

/**
 * Loads and checks the configuration; the only place that reads the environment.
 * @throws HubError configuration, naming file, line and key
 */
export function loadConfig(request: ConfigRequest): Config {
  const environment = request.environment ?? process.env;
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
    rulesFolder: content.rules.folder === undefined ? undefined : resolve(root, content.rules.folder),
    audiencesFile: content.audiences.file === undefined ? undefined : resolve(root, content.audiences.file),
    audiencesOutput: absoluteOutput(content.audiences.output, root),
    embedded,
    idKey: (environment['HUB_ID_KEY'] ?? '') || (embedded ? EMBEDDED_ID_KEY : undefined),
    destinationsFile: destinationsFile(content.destinations.file, root),
    variable: (name) => environment[name],
    ...monitoringOf(environment, root),
    failpoint: environment['HUB_FAILPOINT'],
  };
}

/** How long an open, a click or the first message keeps a subscriber of the brand active, in days. */
export function activeDaysOf(config: Pick<Config, 'brands' | 'email'>, brand: string): number {
  return config.brands.find(({ id }) => id === brand)?.email.active_days ?? config.email.active_days;
}

/** Whether the environment asks for colours and moving output; the terminal decides the rest. */
export function loggingEnvironment(environment = process.env): { readonly plain: boolean } {
  return { plain: environment['NO_COLOR'] !== undefined || environment['CI'] !== undefined };
}

/** The variables that the configuration itself reads, besides those that it names (destinations.yaml). */
export const configVariables = ['HUB_DATABASE_URL', 'HUB_LAKE_URL', 'HUB_ID_KEY', 'HUB_METRICS_FILE', 'HUB_PUSHGATEWAY_URL', 'HUB_INSTANCE', 'HUB_FAILPOINT'] as const;

/** The variables that are named as hub's own are. */
export function hubVariables(environment: Readonly<Record<string, string | undefined>> = process.env): ReadonlyMap<string, string> {
  return new Map(Object.entries(environment).flatMap(([name, value]) => (name.startsWith('HUB_') && value !== undefined ? [[name, value] as const] : [])));
}

const YES = new Set(['1', 'true', 'yes', 'on']);
const NO = new Set(['0', 'false', 'no', 'off']);

/**
 * Gives the environment variables of options the meaning that people expect, before the command line is parsed: an
 * empty one is as if it were not set, and so is a flag that says no, and the address of a Service of Kubernetes.
 * @throws HubError usage if a flag says neither yes nor no
 */
export function settleOptionVariables(
  variables: Iterable<{ readonly name: string; readonly flag: boolean }>,
  environment: Record<string, string | undefined> = process.env,
): void {
  for (const { name, flag } of variables) {
    const value = environment[name]?.trim().toLowerCase();
    if (value === undefined) continue;
    if (value === '' || isServiceVariable(name, value) || (flag && NO.has(value))) Reflect.deleteProperty(environment, name);
    else if (flag && !YES.has(value)) {
      throw new HubError('usage', 'invalid_flag', `${name} must be true or false, not "${value}".`, {
        nextStep: `Set ${name}=true, or remove it.`,
      });
    }
  }
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

function destinationsFile(named: string | undefined, root: string): string | undefined {
  if (named !== undefined) return resolve(root, named);
  const usual = join(root, 'config', 'destinations.yaml');
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
