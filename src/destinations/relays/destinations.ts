import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';

import { HubError, messageOf } from '../../core/errors.ts';
import type { Destination } from './destination.ts';
import { destinationsSchema, type DestinationSpec } from './destination-schema.ts';
import { templateProblem } from './macros.ts';
import { createRedactor } from './redact.ts';
import { defaultRetryMs } from './schedule.ts';
import { createSigner } from './signature.ts';

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

const VARIABLE = /\$\{([A-Z][A-Z0-9_]*)\}/g;

/**
 * Reads the destinations.
 * @throws HubError configuration, naming file and line; values of variables are not shown
 */
export function parseDestinations({ file, text }: DestinationSource, surroundings: Surroundings): Destination[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [syntax] = document.errors;
  if (syntax) throw invalid(file, lines.linePos(syntax.pos[0]).line, syntax.message);
  const lineOf = (path: readonly PropertyKey[]): number => lines.linePos(offsetOf(document, path)).line;
  const checked = destinationsSchema.safeParse(document.toJS());
  if (!checked.success) {
    const [issue] = checked.error.issues;
    const path = issue === undefined ? [] : pathOf(issue);
    throw invalid(file, lineOf(path), `${nameOf(path)}${issue?.message ?? 'is not valid'}`);
  }
  return checked.data.destinations.map((spec, index) => {
    const fail = (key: string, message: string): never => {
      throw invalid(file, lineOf(['destinations', index, key]), `${spec.id}: ${key} ${message}`);
    };
    return compile(spec, surroundings, fail);
  });
}

function compile(spec: DestinationSpec, surroundings: Surroundings, fail: (key: string, message: string) => never): Destination {
  const unknown = spec.brands?.find((brand) => !surroundings.brands.includes(brand));
  if (unknown !== undefined) fail('brands', `names "${unknown}", which is not declared in hub.config.yaml`);
  const missing = new Set<string>();
  const valueOf = (name: string): string => {
    const value = surroundings.variable(name) ?? '';
    if (value === '') missing.add(name);
    return value;
  };
  const fill = (text: string): string => text.replace(VARIABLE, (_, name: string) => valueOf(name));
  const url = fill(spec.url);
  const headers = Object.fromEntries(Object.entries(spec.headers).map(([name, value]) => [name.toLowerCase(), fill(value)]));
  // The first secret must be there; further ones are for rotation and come and go.
  const [first, ...further] = spec.secrets.map((text) => text.slice(2, -1));
  const secrets = [
    ...(first === undefined ? [] : [valueOf(first)]),
    ...further.map((name) => surroundings.variable(name) ?? ''),
  ].filter((secret) => secret !== '');
  if (missing.size === 0) checkUrl(url, fail);
  if (Object.values(headers).some((value) => /[^\t\x20-\x7e\x80-\xff]/.test(value))) fail('headers', 'hold a character that no header can hold');
  const inHeaders = Object.values(spec.headers).flatMap(variablesOf).map(valueOf);
  const inUrl = variablesOf(spec.url.replace(/^\$\{[A-Z][A-Z0-9_]*\}/, '')).map(valueOf);
  return {
    id: spec.id,
    mode: spec.mode,
    enabled: spec.enabled,
    missing: [...missing],
    kinds: new Set(spec.kinds),
    brands: spec.brands === undefined ? undefined : new Set(spec.brands),
    url,
    required: spec.required,
    headers,
    secretHeaders: new Set(Object.entries(spec.headers).filter(([, value]) => variablesOf(value).length > 0).map(([name]) => name.toLowerCase())),
    signer: signerOf(secrets, fail),
    expect: {
      statuses: typeof spec.expect.status === 'number' ? [spec.expect.status] : spec.expect.status,
      body: spec.expect.body === undefined ? undefined : new RegExp(spec.expect.body, 'u'),
    },
    retryMs: spec.retry ?? defaultRetryMs,
    timeoutMs: spec.timeout,
    requestsPerSecond: spec.requests_per_second,
    concurrency: spec.concurrency,
    allowPrivate: spec.allow_private,
    redactor: createRedactor([...secrets, ...inHeaders, ...inUrl].filter((secret) => secret !== ''), hiddenPath(spec.url, fill)),
  };
}

/** Of a URL that comes from the environment only the host is shown: its path may hold a token. */
function hiddenPath(template: string, fill: (text: string) => string): string[] {
  const leading = /^\$\{[A-Z][A-Z0-9_]*\}/.exec(template)?.[0];
  const path = leading === undefined ? '' : (/^[a-z]+:\/\/[^/?#]*\/?(.*)$/i.exec(fill(leading))?.[1] ?? '');
  return path === '' ? [] : [path];
}

function checkUrl(url: string, fail: (key: string, message: string) => never): void {
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

function signerOf(secrets: readonly string[], fail: (key: string, message: string) => never): Destination['signer'] {
  try {
    return createSigner(secrets);
  } catch (error) {
    return fail('secrets', `cannot be used: ${messageOf(error)} Give whsec_ and base64`);
  }
}

/** The names of the variables of the environment in a text. */
export function variablesOf(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map((match) => match[1] ?? '');
}

function pathOf(issue: z.core.$ZodIssue): PropertyKey[] {
  return issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys.slice(0, 1)] : issue.path;
}

function nameOf(path: readonly PropertyKey[]): string {
  const keys = path.filter((part) => typeof part === 'string').slice(1);
  return keys.length === 0 ? '' : `"${keys.join('.')}" `;
}

/** Where the deepest part of the path that exists starts in the file. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return 0;
}

function invalid(file: string, line: number, message: string): HubError {
  return new HubError('configuration', 'destinations_invalid', `${file}:${line}: ${message}.`, {
    context: { file, line },
    nextStep: 'Correct the line; config/destinations.yaml in the repository explains every key.',
  });
}
