import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { LineCounter, isMap, isScalar, type Document, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';

import { HubError, messageOf } from './core/errors.ts';
import { didYouMean } from './core/text/nearest.ts';
import { isServiceVariable } from './core/service-variables.ts';
import { decodedUrlText } from './core/text/url-text.ts';
import { retentionDefaults, type RetentionName } from './engine/retention-policy.ts';
import { leadSettings } from './leads/settings.ts';
import { serverEnvironment, serverSettings, serverVariables, type ServerEnvironment } from './serve/settings.ts';
import { DEFAULT_REJECT_LIMIT, REJECT_LIMIT_FORMS, rejectLimitOf } from './raw/quarantine/reject-limit.ts';

/** Days after an open, a click or the first message during which a subscriber is active. */
const activeDays = z.number().int().min(1).max(3650);

/** The file's schema. Unknown keys are errors: a misspelt key must not be silently without effect. */
const fileSchema = z.strictObject({
  brands: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or dashes'),
        name: z.string().min(1),
        email: z.strictObject({ active_days: activeDays.optional(), purchase_restores: z.boolean().optional() }).prefault({}),
        audiences: z.strictObject({ google_consent: z.enum(['granted', 'unspecified']).default('unspecified') }).prefault({}),
      }),
    )
    .min(1)
    .refine((brands) => new Set(brands.map((brand) => brand.id)).size === brands.length, 'has the same id twice'),
  lake: z
    .strictObject({
      /** Of before: partitions are listed whole now, so it is without effect; hub doctor says so. */
      lookback_days: z.number().int().min(0).max(3650).optional(),
      athena_concurrency: z.number().int().min(1).max(50).default(4),
    })
    .prefault({}),
  imports: z
    .strictObject({
      max_rejects: z
        .string()
        .refine((text) => rejectLimitOf(text) !== undefined, `must be ${REJECT_LIMIT_FORMS}`)
        .default(DEFAULT_REJECT_LIMIT),
    })
    .prefault({}),
  email: z.strictObject({ active_days: activeDays.default(90), purchase_restores: z.boolean().default(false) }).prefault({}),
  rules: z.strictObject({ folder: z.string().min(1).optional() }).prefault({}),
  attribution: z.strictObject({ spill: z.enum(['none', 'account']).default('none') }).prefault({}),
  destinations: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  forms: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  serve: z.strictObject({ ...leadSettings, ...serverSettings }).prefault({}),
  retention: z.strictObject(retentionSchema()).prefault({}),
  audiences: z
    .strictObject({
      file: z.string().min(1).optional(),
      output: z.string().min(1).default('.hub/audiences'),
      /** Days after which a member is named again to a platform that forgets its members. */
      refresh_days: z.number().int().min(1).max(539).default(500),
    })
    .prefault({}),
});

/** A key for each thing that `hub purge` removes. */
function retentionSchema() {
  const keep = z.union([z.number().int().min(1).max(36_500), z.literal('forever')], 'must be a number of days from 1 to 36500, or forever');
  return Object.fromEntries(Object.entries(retentionDefaults).map(([name, days]) => [name, keep.default(days)])) as Record<RetentionName, ReturnType<typeof keep.default>>;
}

type ConfigFile = z.infer<typeof fileSchema>;

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
  /** Absolute path of forms.yaml, if the file names one or it lies in the folder config beside it. */
  readonly formsFile: string | undefined;
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
    destinationsFile: ownFile(content.destinations.file, root, 'destinations.yaml'),
    formsFile: ownFile(content.forms.file, root, 'forms.yaml'),
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

/** Whether the environment asks for colours and moving output; the terminal decides the rest. */
export function loggingEnvironment(environment = process.env): { readonly plain: boolean } {
  return { plain: environment['NO_COLOR'] !== undefined || environment['CI'] !== undefined };
}

/** The variables that the configuration itself reads, besides those that it names (destinations.yaml). */
export const configVariables = ['HUB_DATABASE_URL', 'HUB_LAKE_URL', 'HUB_ID_KEY', 'HUB_METRICS_FILE', 'HUB_PUSHGATEWAY_URL', 'HUB_INSTANCE', 'HUB_FAILPOINT', ...serverVariables] as const;

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

function readConfigFile(file: string): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: true });
  const syntax = document.errors[0];
  if (syntax) throw invalid(file, lines.linePos(syntax.pos[0]).line, '', syntax.message.split('\n')[0] ?? '');
  const checked = fileSchema.safeParse(document.toJS());
  if (checked.success) return checked.data;
  // A misspelt key makes the one that it stands for missing: the key that is there says more.
  const issue = checked.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? checked.error.issues[0];
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const message = issue?.code === 'unrecognized_keys' ? `is no key that belongs here. ${didYouMean(issue.keys[0] ?? '', keysOf(z.toJSONSchema(fileSchema, { io: 'input' })))}` : issue?.message;
  throw invalid(file, lineOf(document, path, lines), path.join('.'), message?.trim() ?? 'is not valid');
}

/** Every key that the file may have, at any place. */
function keysOf(schema: object): Set<string> {
  const { properties = {}, items } = schema as { properties?: Record<string, object>; items?: object };
  const below = [...Object.values(properties), ...(items === undefined ? [] : [items])];
  return new Set([...Object.keys(properties), ...below.flatMap((each) => [...keysOf(each)])]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('configuration', 'config_unreadable', `The configuration file ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file with --config, or leave the option out.',
      cause,
    });
  }
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

/** The line of the deepest node on the path that exists in the document. */
function lineOf(document: Document<ParsedNode>, path: readonly PropertyKey[], lines: LineCounter): number {
  for (let depth = path.length; depth > 0; depth--) {
    const parent: unknown = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    // A key may stand a line before its value.
    const key = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === path[depth - 1])?.key : undefined;
    const node = isScalar(key) ? key : (document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined);
    if (node?.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function invalid(file: string, line: number, key: string, message: string): HubError {
  return new HubError('configuration', 'config_invalid', `${file}:${line}: ${key === '' ? '' : `"${key}" `}${message}`, {
    context: { file, line },
    nextStep: 'Correct the line; the example configuration in the repository shows every key.',
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
