import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { migrations } from '../../migrations/index.ts';
import { wholeShard } from '../../src/core/shard.ts';
import { parseDate, systemClock, type BatchId } from '../../src/core/time.ts';
import { openDatabase, type Database } from '../../src/db/database.ts';
import { migrateUp } from '../../src/db/migrator.ts';
import { runEnrich } from '../../src/enriched/run-enrich.ts';
import type { Rules } from '../../src/enriched/rules/rules.ts';
import { openFileLake } from '../../src/lake/files/files.client.ts';
import { silentProgress } from '../../src/monitoring/progress.ts';
import { ensureRawTables } from '../../src/raw/store/ensure-tables.ts';
import { billingEntities } from '../../src/sources/index.ts';
import { parseRejectLimit } from '../../src/raw/quarantine/reject-limit.ts';
import { runImport } from '../../src/raw/import/run-import.ts';
import { measureAttribution } from './attribution.client.ts';
import { compare, type Decision, type FactAccuracy } from './compared.ts';

type Json = Readonly<Record<string, unknown>>;
type Stored = Readonly<Record<string, string | number | null>>;

const BRANDS = ['alpina', 'belmont', 'corvina'];
const PAGE = 5_000;

/** Decisions on wordings that the specification lists, and on others, where "unclassified" is allowed. */
interface Decisions {
  readonly listed: Decision[];
  readonly unlisted: Decision[];
}

/**
 * Imports and enriches a generated lake in a database file of its own, removed afterwards, and compares the records with the truth beside it
 * (fixtures/generate/TRUTH.md).
 */
export async function measureTruth(rulesOf: (known: readonly string[]) => Rules, lake: string): Promise<FactAccuracy[]> {
  const summary = JSON.parse(await readFile(join(lake, 'truth.json'), 'utf8')) as { as_of: string };
  const accounts = await collect(lake, 'accounts');
  const known = accounts.filter((account) => JSON.stringify(account['test_reasons']).includes('"known"')).map((account) => String(account['person_key']));
  const folder = await mkdtemp(join(tmpdir(), 'hub-accuracy-'));
  const database = openDatabase(`sqlite:${join(folder, 'hub.db')}`);
  try {
    await enrichLake(database, rulesOf(known), lake, summary.as_of);
    return [
      ...(await chainFacts(database, lake)),
      ...(await catalogFacts(database, lake)),
      ...(await lineFacts(database, lake)),
      compare('refund_kind', 'truth', await matched(database, 'enriched_refunds', 'kind', lake, 'refunds', 'refund_id', 'kind'), ''),
      compare('is_test', 'truth', await testFacts(database, accounts), ''),
      compare('person', 'truth', await personFacts(database, accounts), ''),
      ...(await measureAttribution(database, lake, BRANDS)),
    ];
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function enrichLake(database: Database, rules: Rules, lake: string, asOf: string): Promise<void> {
  const date = parseDate(asOf);
  if (date === undefined) throw new Error(`${lake}/truth.json has no date as_of`);
  await migrateUp(database, migrations, ensureRawTables, systemClock);
  const signal = new AbortController().signal;
  const services = { database, clock: systemClock, version: 'accuracy', signal, progress: silentProgress };
  await runImport(
    { ...services, lake: openFileLake(lake), config: { brands: BRANDS.map((id) => ({ id })) } },
    {
      command: 'import-billing',
      brands: BRANDS,
      entities: billingEntities,
      range: undefined,
      until: '99990101T000000Z' as BatchId,
      shard: wholeShard,
      rejectLimit: parseRejectLimit('5%'),
      dryRun: false,
    },
  );
  const all = { allBrands: BRANDS, brands: BRANDS, asOf: date, accounts: undefined, range: undefined, shard: wholeShard, dryRun: false, recompute: false };
  await runEnrich({ ...services, rules }, all);
}

async function chainFacts(database: Database, lake: string): Promise<FactAccuracy[]> {
  const columns = ['source_id', 'class', 'lifecycle', 'winback_of_chain_id', 'replaces_chain_id', 'funnel_step'];
  const stored = await rowsOf(database, 'enriched_subscriptions', 'chain_id', columns, 'and is_latest = 1');
  const steps: Decisions = { listed: [], unlisted: [] };
  const others = new Map<string, Decision[]>(['subscription_class', 'lifecycle', 'latest_version', 'winback', 'replacement'].map((fact) => [fact, []]));
  await each(lake, 'chains', (chain) => {
    const row = stored.get(keyOf(chain, 'chain_id'));
    const text = `${String(chain['brand'])} ${String(chain['chain_id'])}`;
    const add = (fact: string, expect: unknown, got: unknown): void => {
      others.get(fact)?.push({ text, expect: shown(expect), got: row === undefined ? 'missing' : shown(got) });
    };
    add('subscription_class', chain['class'], row?.['class']);
    add('lifecycle', chain['lifecycle'], row?.['lifecycle']);
    add('latest_version', chain['latest_id'] === row?.['source_id'], true);
    add('winback', chain['winback'], row?.['winback_of_chain_id'] != null);
    add('replacement', (chain['replaces'] ?? null) === (row?.['replaces_chain_id'] ?? null), true);
    steps[chain['listed'] === false ? 'unlisted' : 'listed'].push({ text, expect: String(chain['funnel_step']), got: shown(row?.['funnel_step']) });
  });
  return [...[...others].map(([fact, decisions]) => compare(fact, 'truth', decisions)), ...both('funnel_step (subscription)', steps)];
}

async function catalogFacts(database: Database, lake: string): Promise<FactAccuracy[]> {
  const stored = await rowsOf(database, 'enriched_products', 'source_id', ['category', 'funnel_step']);
  const categories: Decisions = { listed: [], unlisted: [] };
  const steps: Decisions = { listed: [], unlisted: [] };
  await each(lake, 'plans', (plan) => {
    const charges = plan['charges'] as Json[];
    for (const charge of charges.filter(({ structural }) => structural !== true)) {
      const row = stored.get(`${String(plan['brand'])} ${String(charge['id'])}`);
      if (row === undefined) continue;
      const text = String(charge['name']);
      categories[charge['listed'] === false ? 'unlisted' : 'listed'].push({ text, expect: String(charge['category']), got: shown(row['category']) });
      // Notes stand on subscriptions; the catalog cannot know them.
      if (plan['step_from'] !== 'plan') continue;
      steps[plan['listed'] === false ? 'unlisted' : 'listed'].push({ text: String(plan['name']), expect: String(plan['funnel_step']), got: shown(row['funnel_step']) });
    }
  });
  return [...both('charge_category (catalog)', categories), ...both('funnel_step (catalog)', steps)];
}

async function lineFacts(database: Database, lake: string): Promise<FactAccuracy[]> {
  const stored = await rowsOf(database, 'enriched_invoice_lines', 'source_id', ['category', 'name']);
  const decisions: Decisions = { listed: [], unlisted: [] };
  await each(lake, 'invoice_lines', (invoice) => {
    const unlisted = JSON.stringify(invoice['unlisted'] ?? []);
    for (const [id, category] of Object.entries(invoice['lines'] as Json)) {
      const row = stored.get(`${String(invoice['brand'])} ${id}`);
      const decision = { text: row === undefined ? id : String(row['name']), expect: String(category), got: row === undefined ? 'missing' : shown(row['category']) };
      decisions[unlisted.includes(id) ? 'unlisted' : 'listed'].push(decision);
    }
  });
  return both('charge_category (invoice line)', decisions);
}

async function matched(database: Database, table: string, column: string, lake: string, list: string, id: string, field: string): Promise<Decision[]> {
  const stored = await rowsOf(database, table, 'source_id', [column]);
  const decisions: Decision[] = [];
  await each(lake, list, (entry) => {
    const row = stored.get(keyOf(entry, id));
    decisions.push({ text: String(entry[id]), expect: shown(entry[field]), got: row === undefined ? 'missing' : shown(row[column]) });
  });
  return decisions;
}

async function testFacts(database: Database, accounts: readonly Json[]): Promise<Decision[]> {
  const stored = await rowsOf(database, 'enriched_accounts', 'source_id', ['is_test']);
  return accounts.map((account) => {
    const row = stored.get(keyOf(account, 'account_id'));
    return { text: String(account['account_id']), expect: shown(account['is_test']), got: row === undefined ? 'missing' : shown(row['is_test'] === 1) };
  });
}

async function personFacts(database: Database, accounts: readonly Json[]): Promise<Decision[]> {
  const stored = await rowsOf(database, 'enriched_accounts', 'source_id', ['email_sha256']);
  return accounts.map((account) => {
    const same = (account['person_key'] ?? null) === (stored.get(keyOf(account, 'account_id'))?.['email_sha256'] ?? null);
    return { text: String(account['account_id']), expect: 'true', got: String(same) };
  });
}

function both(fact: string, { listed, unlisted }: Decisions): FactAccuracy[] {
  return [compare(fact, 'truth', listed), ...(unlisted.length > 0 ? [compare(fact, 'truth, unlisted wordings', unlisted)] : [])];
}

/**
 * Some columns of a table's rows by brand and id. A table is read in pages, and equal texts are kept once: most of them
 * are names and classes that come again and again.
 */
async function rowsOf(database: Database, table: string, id: string, columns: readonly string[], condition = ''): Promise<Map<string, Stored>> {
  const rows = new Map<string, Stored>();
  const known = new Map<string, string>();
  const once = (value: string | number | null): string | number | null => {
    if (typeof value !== 'string') return value;
    const first = known.get(value);
    if (first === undefined) known.set(value, value);
    return first ?? value;
  };
  const keys = table === 'enriched_products' ? ['source_id'] : ['account_id', 'source_id'];
  for (const brand of BRANDS) {
    for (let after = keys.map(() => ''); ; ) {
      const page = await database.read((knex) =>
        database.dialect.selectRows(
          knex,
          `select ${[...keys, id, ...columns].join(', ')} from ${table}
            where brand = ? and (${keys.join(', ')}) > (${keys.map(() => '?').join(', ')}) ${condition} order by ${keys.join(', ')} limit ${PAGE}`,
          [brand, ...after],
        ),
      );
      for (const row of page) {
        const values = row.slice(keys.length + 1);
        rows.set(`${brand} ${String(row[keys.length])}`, Object.fromEntries(columns.map((column, index) => [column, once(values[index] ?? null)])));
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = keys.map((_, index) => String(last[index]));
    }
  }
  return rows;
}

async function collect(lake: string, list: string): Promise<Json[]> {
  const entries: Json[] = [];
  await each(lake, list, (entry) => entries.push(entry));
  return entries;
}

async function each(lake: string, list: string, use: (entry: Json) => void): Promise<void> {
  const input = createReadStream(join(lake, 'truth', `${list}.ndjson`));
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line !== '') use(JSON.parse(line) as Json);
}

function keyOf(row: Json, id: string): string {
  return `${String(row['brand'])} ${String(row[id])}`;
}

function shown(value: unknown): string {
  return value === undefined || value === null ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);
}
