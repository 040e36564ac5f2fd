import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';

import type { HubResult } from '../../support/program/hub.ts';
import type { TakenRequest } from './scripted-receiver.ts';

/** What ran in a case, and what is left of it. */
export interface Outcome {
  readonly folder: string;
  readonly asOf: string;
  readonly runs: readonly { readonly args: readonly string[]; readonly result: HubResult }[];
  readonly requests: readonly TakenRequest[];
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
}

/** What must hold at the end of a case; only the keys that are there count. Values of hashed columns are given plain. */
export interface Expectation {
  readonly why?: string;
  readonly anyOf?: readonly (Expectation | readonly Expectation[])[];
  /** A file of an audience, such as `all.google`: whom it has or lacks. */
  readonly list?: string;
  readonly has?: Readonly<Record<string, string | readonly string[]>>;
  readonly lacks?: string;
  /** The last run of a command, or its nth. */
  readonly command?: string;
  readonly nth?: number;
  readonly code?: number | readonly number[];
  readonly says?: string;
  readonly stdout?: string;
  readonly not?: string;
  readonly requests?: RequestExpectation;
  readonly sql?: string;
  readonly rows?: number | readonly (readonly unknown[])[];
  /** A file and its mode. */
  readonly mode?: string;
  readonly is?: string;
  /** Texts and the values that `hub explain` found. */
  readonly explained?: readonly (readonly [text: string, value: string])[];
  /** A text that no column may hold. */
  readonly nowhere?: string;
  readonly in?: readonly (readonly [table: string, column: string])[];
  /** The states of all relays. */
  readonly relay?: readonly string[];
}

interface RequestExpectation {
  readonly count?: number | readonly number[];
  readonly first?: WantedRequest;
  readonly all?: readonly WantedRequest[];
  readonly verified?: boolean;
  readonly header?: Readonly<Record<string, string>>;
}

interface WantedRequest {
  readonly method?: string;
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly raw?: string;
  readonly bodyHas?: string;
}

const HASHED = new Set(['Email', 'Phone', 'First Name', 'Last Name', 'email', 'country', 'email_sha256', 'sha256']);

/** What does not hold; empty if all is right. */
export async function problemsOf(outcome: Outcome, wanted: Expectation): Promise<string[]> {
  const problems = await found(outcome, wanted);
  return problems.map((problem) => (wanted.why === undefined ? problem : `${wanted.why}: ${problem}`));
}

async function found(outcome: Outcome, wanted: Expectation): Promise<string[]> {
  if (wanted.anyOf !== undefined) return problemsOfAny(outcome, wanted.anyOf);
  if (wanted.list !== undefined) return problemsOfList(outcome, wanted.list, wanted);
  if (wanted.command !== undefined) return problemsOfCommand(outcome, wanted.command, wanted);
  if (wanted.requests !== undefined) return problemsOfRequests(outcome.requests, wanted.requests);
  if (wanted.sql !== undefined) return differing(wanted.sql, await outcome.query(wanted.sql), wanted.rows);
  if (wanted.mode !== undefined) return differing(wanted.mode, (statSync(join(outcome.folder, wanted.mode)).mode & 0o777).toString(8), wanted.is);
  if (wanted.explained !== undefined) return differing('explained', explanationsOf(outcome), wanted.explained);
  if (wanted.relay !== undefined) {
    const rows = await outcome.query('select state from relays');
    return differing('relays', rows.map(([state]) => String(state)).sort(), [...wanted.relay].sort());
  }
  if (wanted.nowhere !== undefined) return problemsOfText(outcome, wanted.nowhere, wanted.in ?? []);
  return [`an expectation of no known form: ${JSON.stringify(wanted)}`];
}

async function problemsOfAny(outcome: Outcome, alternatives: NonNullable<Expectation['anyOf']>): Promise<string[]> {
  const problems = await Promise.all(
    alternatives.map(async (alternative) => {
      const list = Array.isArray(alternative) ? (alternative as readonly Expectation[]) : [alternative as Expectation];
      return (await Promise.all(list.map((each) => problemsOf(outcome, each)))).flat().join('; ');
    }),
  );
  return problems.includes('') ? [] : [problems.join(' | ')];
}

async function problemsOfText(outcome: Outcome, text: string, columns: NonNullable<Expectation['in']>): Promise<string[]> {
  const places: string[] = [];
  for (const [table, column] of columns) {
    const rows = await outcome.query(`select 1 from ${table} where lower(${column}) like '%${text.toLowerCase()}%'`);
    if (rows.length > 0) places.push(`"${text}" still stands in ${table}.${column}`);
  }
  return places;
}

function problemsOfList({ folder, asOf }: Outcome, list: string, { has, lacks, rows }: Expectation): string[] {
  const file = join(folder, 'out', asOf, `${list}.csv`);
  if (!existsSync(file)) return has === undefined && rows === undefined ? [] : [`there is no ${list}.csv`];
  const [header = [], ...lines] = readFileSync(file, 'utf8').split('\n').slice(0, -1).map((line) => line.split(','));
  if (rows !== undefined && lines.length !== rows) return [`${list} has ${lines.length} rows`];
  if (lacks !== undefined) return lines.some(([key]) => key === sha256(lacks)) ? [`${list} holds ${lacks}`] : [];
  if (has === undefined) return [];
  const line = lines.find(([key]) => key === sha256(String(has[header[0] ?? ''])));
  if (line === undefined) return [`${list} lacks ${String(has[header[0] ?? ''])}`];
  return Object.entries(has).flatMap(([column, plain]) => {
    const allowed = [plain].flat().map((value) => (value === '' || !HASHED.has(column) ? value : sha256(value)));
    return allowed.includes(line[header.indexOf(column)] ?? '') ? [] : [`${list}: ${column} is not ${JSON.stringify(plain)}`];
  });
}

function problemsOfCommand({ runs }: Outcome, command: string, { nth, code, says, stdout, not }: Expectation): string[] {
  const all = runs.filter(({ args }) => args.join(' ').startsWith(command));
  const result = (nth === undefined ? all.at(-1) : all[nth])?.result;
  if (result === undefined) return [`hub ${command} was not run`];
  const both = `${result.stdout}\n${result.stderr}`;
  const short = both.trim().slice(0, 400);
  const holds = (pattern: string, text: string): boolean => new RegExp(pattern, 'is').test(text);
  return [
    ...(code === undefined || [code].flat().includes(Number(result.code)) ? [] : [`hub ${command} ended with ${result.code}: ${short}`]),
    ...(says === undefined || holds(says, both) ? [] : [`hub ${command} does not say /${says}/: ${short}`]),
    ...(stdout === undefined || holds(stdout, result.stdout) ? [] : [`hub ${command} does not report /${stdout}/: ${short}`]),
    ...(not === undefined || !holds(not, both) ? [] : [`hub ${command} says /${not}/: ${short}`]),
  ];
}

function problemsOfRequests(requests: readonly TakenRequest[], { count, first, all = [], verified, header = {} }: RequestExpectation): string[] {
  const wanted = first === undefined ? all : [first];
  return [
    ...(count === undefined || [count].flat().includes(requests.length) ? [] : [`${requests.length} requests instead of ${String(count)}`]),
    ...wanted.flatMap((each, index) => problemsOfRequest(requests[index], each)),
    ...(verified === undefined || requests.every((request) => isVerified(request) === verified) ? [] : ['a signature is wrong']),
    ...Object.entries(header).flatMap(([name, pattern]) => (requests.every(({ headers }) => new RegExp(pattern).test(headers[name] ?? '')) ? [] : [`the header ${name} is another`])),
  ];
}

function problemsOfRequest(request: TakenRequest | undefined, { method, path, query = {}, raw, bodyHas = '' }: WantedRequest): string[] {
  if (request === undefined) return ['a request did not come'];
  const url = new URL(request.target, 'http://receiver.invalid');
  const wrong = Object.entries(query).filter(([name, value]) => url.searchParams.get(name) !== value);
  const isRight = (method ?? request.method) === request.method && (path ?? url.pathname) === url.pathname && wrong.length === 0;
  return isRight && new RegExp(raw ?? '').test(request.target) && request.body.includes(bodyHas) ? [] : [`${request.method} ${request.target} came with ${request.body.slice(0, 160)}`];
}

/** The secret that destinations of the cases sign with. */
export const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

function isVerified({ headers, body }: TakenRequest): boolean {
  try {
    new Webhook(SECRET).verify(body, { ...headers });
    return true;
  } catch {
    return false;
  }
}

function explanationsOf({ runs }: Outcome): [string, string][] {
  const report = runs.at(-1)?.result.json() as { readonly explanations: readonly { readonly text: string; readonly value: string }[] };
  return report.explanations.map(({ text, value }) => [text, value]);
}

function differing(name: string, value: unknown, wanted: unknown): string[] {
  const [left, right] = [JSON.stringify(value), JSON.stringify(wanted)];
  return left === right ? [] : [`${name}: ${left} instead of ${right}`];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
