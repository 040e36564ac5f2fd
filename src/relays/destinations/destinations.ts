import type { z } from 'zod';

import { HubError } from '../../core/errors.ts';
import { validEmail } from '../../core/text/email.ts';
import { issuePath, readYaml } from '../../core/text/yaml-text.ts';
import { createRedactor } from '../../net/redact.ts';
import { createSigner, secretProblem } from '../../net/signature.ts';
import type { DeclaredDestination, Destination, LeadChoice, MailRoute, Route } from './destination.ts';
import { destinationSchema, destinationsSchema, type DestinationSpec, type RouteSpec } from './destination-schema.ts';
import { fillTemplate, templateProblem } from './macros.ts';
import { addressesOf, addressTexts, mailServerOf, senderProblem } from './mail-route.ts';
import { slackExpectation } from './expectation.ts';
import { defaultRetryMs } from './schedule.ts';

/** The text of destinations.yaml with its name, as it stands in messages. */
export interface DestinationSource {
  readonly file: string;
  readonly text: string;
}

/** What the texts of the file may name: environment variables and brands. */
export interface Surroundings {
  variable(name: string): string | undefined;
  readonly brands: readonly string[];
}

/** Slack takes one message a second of a webhook (docs.slack.dev, "Rate limits"). */
const SLACK_PER_SECOND = 1;
const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)\}/g;
/** What a file with a value has at its end, and no address or header can hold. */
const STRAY_SPACE = /^\s|\s$|[\r\n]/;

/** What one destination fails with; the others go on. */
class Unusable extends Error {}
type Fail = (key: string, message: string) => never;

/**
 * Reads the destinations. One whose address, secrets or other means of delivery are wrong is a broken destination.
 * @throws HubError configuration, naming file and line, if the file or what a destination takes cannot be read; values
 * of variables are not shown
 */
export function parseDestinations({ file, text }: DestinationSource, surroundings: Surroundings): DeclaredDestination[] {
  const yaml = readYaml(text);
  const [fault] = yaml.faults;
  if (fault !== undefined) throw invalid(file, fault.line, fault.message);
  const lineOf = (path: readonly PropertyKey[]): number => yaml.lineOf(path, 1);
  const { content } = yaml;
  const declared = destinationsSchema.safeParse(content);
  if (!declared.success) {
    const [list, index] = declared.error.issues[0]?.path ?? [];
    // A misspelt key makes the one that it stands for missing; only the whole schema knows which keys there are.
    const whole = list === 'destinations' && typeof index === 'number' ? destinationSchema.safeParse((content as { destinations: unknown[] }).destinations[index]).error : undefined;
    const { path, message } = whole !== undefined && misspeltIn(whole) !== undefined ? firstIssue(whole, ['destinations', index ?? 0]) : firstIssue(declared.error);
    throw invalid(file, lineOf(path), message);
  }
  return declared.data.destinations.map((route, index) => {
    const place = ['destinations', index];
    for (const [path, brands] of [[['brands'], route.brands], [['leads', 'brands'], route.leads?.brands]] as const) {
      const unknown = brands?.find((brand) => !surroundings.brands.includes(brand));
      if (unknown !== undefined) throw invalid(file, lineOf([...place, ...path]), `${route.id}: ${path.join('.')} names "${unknown}", which is not declared in hub.config.yaml`);
    }
    const fail: Fail = (key, message) => {
      throw new Unusable(`${file}:${lineOf([...place, key])}: ${route.id}: ${key} ${message}`);
    };
    try {
      const spec = destinationSchema.safeParse((content as { destinations: unknown[] }).destinations[index]);
      if (spec.success) return compile(spec.data, surroundings, fail);
      const { path, message } = firstIssue(spec.error, place);
      throw new Unusable(`${file}:${lineOf(path)}: ${message}`);
    } catch (error) {
      if (error instanceof Unusable) return { ...routeOf(route, surroundings), problem: error.message };
      throw error;
    }
  });
}

function routeOf({ id, enabled, kinds, brands, leads, to }: RouteSpec | DestinationSpec, surroundings: Surroundings): Route {
  const recipients = to === undefined ? {} : { recipients: [...addressesOf(addressTexts(to, (name) => surroundings.variable(name) ?? '')).keys()] };
  return { id, enabled, kinds: new Set(kinds), brands: setOf(brands), leads: leads === undefined ? undefined : leadsOf(leads), ...recipients };
}

function leadsOf({ outcomes, brands, themes, products, partners, once_days: onceDays, fields }: NonNullable<RouteSpec['leads']>): LeadChoice {
  return { outcomes: new Set(outcomes), brands: setOf(brands), themes: setOf(themes), products: setOf(products), partners: setOf(partners), onceDays, fields };
}

function setOf(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names === undefined ? undefined : new Set(names);
}

function compile(spec: DestinationSpec, surroundings: Surroundings, fail: Fail): Destination {
  const missing = new Set<string>();
  const valueOf = (key: string, name: string): string => {
    const value = surroundings.variable(name) ?? '';
    if (value === '') missing.add(name);
    else if (STRAY_SPACE.test(value)) fail(key, `cannot use ${name}: it has white space or a line break at its end or in it; remove it`);
    return value;
  };
  const url = fillTemplate(spec.url, (name) => valueOf('url', name));
  const headers = Object.fromEntries(
    Object.entries(spec.headers).map(([name, value]) => [name.toLowerCase(), value.replace(VARIABLE, (_, variable: string) => valueOf('headers', variable))]),
  );
  // The first secret must be there; further ones are for rotation and come and go.
  const [first, ...further] = spec.secrets.map((text) => text.slice(2, -1));
  const secretNames = [...(first === undefined ? [] : [first]), ...further.filter((name) => (surroundings.variable(name) ?? '') !== '')];
  const secrets = secretNames.map((name) => secretOf(name, valueOf('secrets', name), fail)).filter((secret) => secret !== '');
  const mail = spec.mode === 'smtp' ? mailOf(spec, url, valueOf, missing, fail) : undefined;
  if (missing.size === 0 && mail === undefined) checkUrl(url, fail);
  if (Object.values(headers).some((value) => /[^\t\x20-\x7e\x80-\xff]/.test(value))) fail('headers', 'hold a character that no header can hold');
  const inHeaders = Object.values(spec.headers).flatMap(variablesOf);
  const inUrl = variablesOf(spec.url.replace(/^\$\{[A-Z][A-Z0-9_]*\}/, ''));
  const hidden = [...inHeaders, ...inUrl].map((name) => surroundings.variable(name) ?? '');
  return {
    ...routeOf(spec, surroundings),
    mode: spec.mode,
    missing: [...missing],
    url,
    required: spec.required,
    headers,
    secretHeaders: new Set(Object.entries(spec.headers).filter(([, value]) => variablesOf(value).length > 0).map(([name]) => name.toLowerCase())),
    signer: createSigner(secrets),
    expect: spec.mode === 'slack' ? slackExpectation : {
      statuses: typeof spec.expect.status === 'number' ? [spec.expect.status] : spec.expect.status,
      body: spec.expect.body === undefined ? undefined : new RegExp(spec.expect.body, 'u'),
    },
    retryMs: spec.retry ?? defaultRetryMs,
    timeoutMs: spec.timeout,
    requestsPerSecond: spec.requests_per_second ?? (spec.mode === 'slack' ? SLACK_PER_SECOND : undefined),
    concurrency: spec.concurrency,
    allowPrivate: spec.allow_private,
    purpose: spec.purpose,
    redactor: createRedactor([...secrets, ...hidden, mail?.server.password ?? ''].filter((secret) => secret !== ''), hiddenPath(spec.url, surroundings)),
    mail,
  };
}

/** How mails go; undefined while a variable is not set. */
function mailOf({ url: template, from = '', to = [] }: DestinationSpec, url: string, valueOf: (key: string, name: string) => string, missing: ReadonlySet<string>, fail: Fail): MailRoute | undefined {
  const texts = addressTexts(to, (name) => valueOf('to', name));
  const sender = fillTemplate(from, (name) => valueOf('from', name));
  if (missing.size > 0) return undefined;
  const server = mailServerOf(template, url);
  if ('problem' in server) return fail('url', server.problem);
  const problem = senderProblem(sender);
  if (problem !== undefined) fail('from', problem);
  const addresses = addressesOf(texts);
  if (addresses.size === 0 || texts.some((text) => validEmail(text) === undefined)) fail('to', 'holds what is no address; write each as name@shop.example, several with commas between them');
  return { server, from: sender, addresses };
}

function secretOf(name: string, secret: string, fail: Fail): string {
  const problem = secret === '' ? undefined : secretProblem(secret);
  return problem === undefined ? secret : fail('secrets', `cannot use ${name}: it ${problem}`);
}

/** Of a URL that comes from the environment only the host is shown: its path may hold a token. */
function hiddenPath(template: string, surroundings: Surroundings): string[] {
  const [, leading] = /^\$\{([A-Z][A-Z0-9_]*)\}/.exec(template) ?? [];
  const address = leading === undefined ? '' : (surroundings.variable(leading) ?? '');
  const path = /^[a-z]+:\/\/[^/?#]*\/?(.*)$/i.exec(address)?.[1] ?? '';
  return path === '' ? [] : [path];
}

function checkUrl(url: string, fail: Fail): void {
  const problem = templateProblem(url);
  if (problem !== undefined) fail('url', problem);
  let parsed: URL;
  try {
    parsed = new URL(url.replace(/[{}]/g, ''));
  } catch {
    return fail('url', 'is no URL');
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') fail('url', 'must begin with https:// or http://');
  if (parsed.username !== '' || parsed.password !== '') fail('url', 'must hold no user and password; give an authorization header');
}

/** The names of the variables of the environment in a text. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map((match) => match[1] ?? '');
}

function misspeltIn({ issues }: z.ZodError): z.core.$ZodIssue | undefined {
  return issues.find(({ code }) => code === 'unrecognized_keys');
}

/** Where the first problem is, and in words; a key that there is not comes before one that is missing. @param place the path of what was checked */
function firstIssue(error: z.ZodError, place: readonly PropertyKey[] = []): { path: PropertyKey[]; message: string } {
  const issue = misspeltIn(error) ?? error.issues[0];
  if (issue === undefined) return { path: [...place], message: 'is not valid' };
  const path = [...place, ...issuePath(issue)];
  const keys = path.filter((part) => typeof part === 'string').slice(1);
  return { path, message: `${keys.length === 0 ? '' : `"${keys.join('.')}" `}${issue.code === 'unrecognized_keys' ? 'is no key that belongs here' : issue.message}` };
}

function invalid(file: string, line: number, message: string): HubError {
  return new HubError('configuration', 'destinations_invalid', `${file}:${line}: ${message}.`, {
    context: { file, line },
    nextStep: 'Correct the line; config/destinations.yaml in the repository explains every key.',
  });
}
