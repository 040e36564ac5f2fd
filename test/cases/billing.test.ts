import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import type { Database } from '../../src/db/database.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { PROJECT, workspace, type HubResult } from '../support/program/hub.ts';

/**
 * Exports as they came in use or in public bug reports, each a folder with a lake and `expected.json`: the steps, and the
 * results that are right. Where several are, one of them must hold as a whole.
 */
interface Case {
  readonly title: string;
  readonly steps: readonly ({ readonly run: readonly string[]; readonly as: string } | { readonly overlay: string })[];
  readonly right: readonly { readonly name: string; readonly checks: readonly Check[] }[];
  readonly always?: readonly Check[];
  readonly empty_folders?: readonly string[];
}

type Check =
  | { readonly sql: string; readonly is: readonly (readonly unknown[])[] }
  | { readonly exit: readonly [step: string, codes: readonly number[]] }
  | { readonly says: readonly [step: string, pattern: string] }
  | { readonly silent: readonly [step: string, pattern: string] };

const FOLDER = join(PROJECT, 'test', 'cases', 'billing');
const BRANDS = 'brands:\n  - id: alpina\n    name: Alpina\n  - id: belmont\n    name: Belmont\n';

const cases = readdirSync(FOLDER).map((name) => {
  const content = JSON.parse(readFileSync(join(FOLDER, name, 'expected.json'), 'utf8')) as Case;
  return { name, ...content };
});

describeEachDatabase('an export of billing', (suite) => {
  beforeEach(() => suite.empty());

  test.each(cases)('$name: $title', async ({ name, steps, right, always = [], empty_folders: emptyFolders = [] }) => {
    const source = join(FOLDER, name);
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: 'k'.repeat(64), HUB_LAKE_URL: 'file:lake' });
    const lake = join(place.folder, 'lake');
    writeFileSync(join(place.folder, 'hub.config.yaml'), BRANDS);
    mkdirSync(lake);
    cpSync(join(source, 'lake'), lake, { recursive: true });
    for (const folder of emptyFolders) mkdirSync(join(place.folder, folder), { recursive: true });
    const results = new Map<string, HubResult>();
    for (const step of steps) {
      if ('overlay' in step) cpSync(join(source, step.overlay), lake, { recursive: true });
      else results.set(step.as, await place.hub(step.run));
    }
    expect([...results].filter(([, { code }]) => code === 1 || typeof code === 'string')).toEqual([]);
    expect(await problemsOf(suite.database, results, always)).toEqual([]);
    const failures = await Promise.all(right.map(async (result) => ({ name: result.name, problems: await problemsOf(suite.database, results, result.checks) })));
    if (!failures.some(({ problems }) => problems.length === 0)) expect(failures).toEqual('one of them without problems');
  }, 120_000);
});

describe('the cases', () => {
  test('are there, each with results that are right', () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(cases.filter(({ right }) => right.every(({ checks }) => checks.length === 0))).toEqual([]);
  });
});

async function problemsOf(database: Database, results: ReadonlyMap<string, HubResult>, checks: readonly Check[]): Promise<string[]> {
  const problems = await Promise.all(checks.map((check) => problemOf(database, results, check)));
  return problems.filter((problem) => problem !== undefined);
}

async function problemOf(database: Database, results: ReadonlyMap<string, HubResult>, check: Check): Promise<string | undefined> {
  if ('sql' in check) {
    const found = JSON.stringify(await rowsOf(database, check.sql));
    const wanted = JSON.stringify(check.is.map((row) => row.map(plain)));
    return found === wanted ? undefined : `${check.sql}: ${found} instead of ${wanted}`;
  }
  const [name, wanted] = 'exit' in check ? check.exit : 'says' in check ? check.says : check.silent;
  const result = results.get(name);
  if (result === undefined) return `there is no step ${name}`;
  if (typeof wanted !== 'string') return wanted.includes(Number(result.code)) ? undefined : `${name} ended with ${result.code}`;
  const isSaid = new RegExp(wanted, 'i').test(`${result.stdout}\n${result.stderr}`);
  if (isSaid === 'says' in check) return undefined;
  return `${name} ${isSaid ? 'says' : 'does not say'} /${wanted}/`;
}

/** The rows as texts that are the same on both databases. The statements join texts as the standard does. */
async function rowsOf(database: Database, sql: string): Promise<(string | null)[][]> {
  return database.write(async (tx) => {
    if (database.dialect.name === 'sqlite') return (await tx.raw<Record<string, unknown>[]>(sql)).map((row) => Object.values(row).map(plain));
    const mode = (await tx.first<{ mode: string }>(tx.raw('@@sql_mode as mode'))).mode;
    await tx.raw("set sql_mode = concat(@@sql_mode, ',PIPES_AS_CONCAT')");
    const [rows] = (await tx.raw(sql)) as [Record<string, unknown>[]];
    await tx.raw('set sql_mode = ?', [mode]);
    return rows.map((row) => Object.values(row).map(plain));
  });
}

/** `10.000000000` and 10 are one number, in a column of either database. */
function plain(value: unknown): string | null {
  if (value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}
