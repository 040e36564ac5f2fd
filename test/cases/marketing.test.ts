import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { PROJECT, workspace, type HubResult } from '../support/program/hub.ts';
import { problemsOf, SECRET, type Expectation, type Outcome } from './support/expectation.ts';
import { peopleLake, type CaseBatch } from './support/people-lake.ts';
import { scriptedReceiver, type Answer } from './support/scripted-receiver.ts';

/** What goes out of the hub and what comes in by mail systems, as it failed in use or in public bug reports. */
interface Case {
  readonly title: string;
  /** Storage or standard input matter: the case runs on a server too. */
  readonly mysql?: boolean;
  readonly only?: 'mysql';
  readonly max_rejects?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly audiences?: readonly unknown[];
  readonly destinations?: readonly unknown[];
  readonly receivers?: readonly { readonly answers?: readonly Answer[] }[];
  readonly files?: readonly { readonly name: string; readonly text?: string; readonly base64?: string }[];
  readonly steps: readonly Step[];
}

interface Step {
  readonly put?: CaseBatch;
  /** The whole day up to the lists. */
  readonly audiences?: true;
  readonly run?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

const FOLDER = join(PROJECT, 'test', 'cases', 'marketing');
const AS_OF = '2026-03-31';
const DAY = [['import-email'], ['import-billing'], ['enrich', '--as-of', AS_OF], ['import-email'], ['build-audiences', '--as-of', AS_OF, '--allow-shrink']];
const EVERYBODY = { name: 'all', description: 'Persons with a running subscription.', platforms: ['google', 'meta', 'tiktok', 'csv'], consent: { csv: 'no_objection' }, where: [{ subscription: { lifecycle: 'active' } }] };

const cases = readdirSync(FOLDER).map((name) => {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(FOLDER, name, file), 'utf8'));
  return { name, ...(read('input.json') as Case), expected: (read('expected.json') as { expect: Expectation[] }).expect };
});

describeEachDatabase('what goes out', (suite) => {
  beforeEach(() => suite.empty());

  const wanted = (each: Case): boolean => (suite.dialect === 'mysql' ? each.mysql === true || each.only === 'mysql' : each.only === undefined);
  test.each(cases.filter(wanted))('$name: $title', async (input) => {
    const outcome = await outcomeOf(suite, input);
    const problems = await Promise.all(input.expected.map((expectation) => problemsOf(outcome, expectation)));
    expect(problems.flat()).toEqual([]);
  }, 120_000);
});

describe('the cases', () => {
  test('are there, each with what is right', () => {
    expect(cases.length).toBeGreaterThan(40);
    expect(cases.filter(({ expected }) => expected.length === 0)).toEqual([]);
  });
});

async function outcomeOf(suite: TestDatabase, input: Case): Promise<Outcome> {
  const receiver = await scriptedReceiver(input.receivers?.[0]?.answers);
  const fill = (text: string): string => text.replaceAll('@@URL@@', `http://127.0.0.1:${receiver.port}`).replaceAll('@@PORT@@', String(receiver.port));
  const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_LAKE_URL: 'file:lake', HUB_ID_KEY: 'k'.repeat(64), CASE_SECRET: SECRET, ...input.env });
  configure(place.folder, input, fill);
  const lake = peopleLake(join(place.folder, 'lake'));
  const runs: { readonly args: readonly string[]; readonly result: HubResult }[] = [];
  const run = async (args: readonly string[], environment: Record<string, string> = {}, stdin = ''): Promise<void> => {
    const process = place.start(args, environment, stdin);
    runs.push({ args, result: await process.ended });
  };
  for (const { put, audiences, run: args = [], env = {}, stdin } of input.steps) {
    if (put !== undefined) lake.put(put);
    else if (audiences === true) for (const command of DAY) await run(command);
    else await run(args.map(fill), Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)])), stdin);
  }
  const query = async (sql: string): Promise<unknown[][]> => {
    const rows = await suite.database.read((knex) => knex.raw<unknown>(sql));
    return ((suite.dialect === 'sqlite' ? rows : (rows as unknown[])[0]) as Record<string, unknown>[]).map((row) => Object.values(row));
  };
  return { folder: place.folder, asOf: AS_OF, runs, requests: receiver.requests, query };
}

function configure(folder: string, { max_rejects: rejects = '100%', audiences = [EVERYBODY], destinations = [], files = [] }: Case, fill: (text: string) => string): void {
  const lines = [
    'brands:',
    '  - { id: alpina, name: Alpina }',
    '  - { id: belmont, name: Belmont }',
    `imports: { max_rejects: "${rejects}" }`,
    'audiences: { file: audiences.yaml, output: out }',
    'destinations: { file: destinations.yaml }',
  ];
  writeFileSync(join(folder, 'hub.config.yaml'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'audiences.yaml'), JSON.stringify({ audiences }));
  writeFileSync(join(folder, 'destinations.yaml'), fill(JSON.stringify({ destinations })));
  mkdirSync(join(folder, 'lake'));
  for (const { name, text = '', base64 } of files) writeFileSync(join(folder, name), base64 === undefined ? fill(text) : Buffer.from(base64, 'base64'));
}
