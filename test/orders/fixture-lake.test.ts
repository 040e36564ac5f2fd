import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';

import { productNames } from '../../src/orders/attribution/product-names.ts';
import { decidePerson, type DecisionSetup } from '../../src/orders/decide-person.ts';
import { accountTables, type AccountFacts, type PersonFacts } from '../../src/orders/facts/facts.ts';
import { readPersons, readProducts } from '../../src/orders/facts/facts.repository.ts';
import { publicIds } from '../../src/orders/ids/ids.ts';
import { testClock } from '../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../support/databases/databases.ts';
import { BRANDS } from '../support/stages/enrich.ts';
import { BOTH, ID_KEY, fill, fixtureLake, forgetOrders, ordersState, runStage, runStages } from '../support/stages/orders.ts';
import { testRun } from '../support/suite/run.ts';
import type { TableDump } from '../support/databases/tables.ts';

const ajv = formats.default(new Ajv2020({ allErrors: true }));
const isValid = ajv.compile(JSON.parse(readFileSync(new URL('../../schemas/order.v1.json', import.meta.url), 'utf8')) as object);

/** What each database came to, for a comparison at the end. */
const states = new Map<string, Record<string, TableDump>>();

describeEachDatabase('the orders of the example lake', (suite) => {
  let expected: Record<string, TableDump> = {};

  beforeAll(async () => {
    const clock = testClock();
    await fill(suite.database, fixtureLake, clock);
    await runStages(suite.database, clock);
    expected = await ordersState(suite.database);
    states.set(suite.dialect, expected);
  }, 180_000);

  test('have documents that are valid by the published schema, each with the id that its order has', () => {
    const documents = expected['documents'] ?? [];
    expect(documents.length).toBeGreaterThan(250);
    expect(documents.length).toBe(expected['orders']?.length);
    for (const { doc, public_id: id } of documents) {
      const parsed = JSON.parse(doc ?? '') as Record<string, unknown>;
      expect([isValid(parsed), isValid.errors]).toEqual([true, null]);
      expect(parsed['order_id']).toBe(id);
      expect(JSON.stringify(parsed)).toBe(doc);
    }
  });

  test('add up: the parts of a credit note to its refund, and the totals of an account to its balance', () => {
    const sum = (rows: TableDump, column: string): number => rows.reduce((total, row) => total + Number(row[column]), 0);
    for (const note of expected['credit_notes'] ?? []) {
      const items = (expected['credit_note_items'] ?? []).filter((item) => item['brand'] === note['brand'] && item['refund_id'] === note['refund_id']);
      expect([note['refund_id'], sum(items, 'amount')]).toEqual([note['refund_id'], Number(note['amount'])]);
    }
    for (const account of expected['customer_accounts'] ?? []) {
      const [invoiced, credited, paid, refunded, balance, outstanding] = ['invoiced', 'credited', 'paid', 'refunded', 'balance', 'outstanding'].map((name) => Number(account[name]));
      expect(balance).toBe((paid ?? 0) - (refunded ?? 0) - ((invoiced ?? 0) - (credited ?? 0)));
      expect(outstanding).toBe(Math.max(0, -(balance ?? 0)));
    }
  });

  test('come out the same when attribute-refunds runs first', async () => {
    await forgetOrders(suite.database);
    await runStages(suite.database, testClock(), [...BOTH].reverse());
    expect(await ordersState(suite.database)).toEqual(expected);
  }, 60_000);

  // The embedded database has one writer; two connections of this one thread would only wait for each other.
  if (suite.dialect === 'mysql') {
    test('come out the same when both commands run at the same time', async () => {
      const other: TestDatabase['database'] = suite.openAgain();
      for (const first of BOTH) {
        await forgetOrders(suite.database);
        const second = BOTH.find((command) => command !== first) ?? first;
        await Promise.all([runStage(suite.database, testClock(), first), runStage(other, testClock(), second)]);
        expect(await ordersState(suite.database)).toEqual(expected);
      }
    }, 120_000);
  }

  test('are decided from the facts alone, to the byte, in whatever order their rows are read', async () => {
    const persons = await everybody(suite.database);
    const setup = await setupOf(suite.database);
    const shuffled = fc.constantFrom(...persons).chain((person) => fc.tuple(fc.constant(person), shufflesOf(person)));
    const property = fc.property(shuffled, ([person, again]) => {
      const [one, other] = [decidePerson(person, setup, 'attribute'), decidePerson(again, setup, 'attribute')];
      expect(other.documents).toEqual(one.documents);
      for (const name of ['customerAccounts', 'orders', 'items', 'creditNotes', 'creditNoteItems'] as const) expect(sorted(other[name])).toEqual(sorted(one[name]));
      expect(other.person).toEqual(one.person);
    });
    fc.assert(property, { numRuns: 400 });
    const decided = persons.flatMap((person) => decidePerson(person, setup, 'attribute').documents.map(({ doc }) => doc));
    expect(decided.sort()).toEqual((expected['documents'] ?? []).map(({ doc }) => doc).sort());
  }, 60_000);
});

describe('the orders of the example lake', () => {
  const onBoth = testRun().mysqlUrl === undefined ? test.skip : test;
  onBoth('are the same on both databases, to the byte', () => {
    expect([...states.keys()].sort()).toEqual(['mysql', 'sqlite']);
    expect(states.get('mysql')?.['documents']).toEqual(states.get('sqlite')?.['documents']);
    expect(withoutDecimals(states.get('mysql'))).toEqual(withoutDecimals(states.get('sqlite')));
  });
});

/** The same facts in any other order. */
function shufflesOf({ personId, accounts }: PersonFacts): fc.Arbitrary<PersonFacts> {
  const all = <Row>(rows: readonly Row[]): fc.Arbitrary<Row[]> => fc.shuffledSubarray([...rows], { minLength: rows.length, maxLength: rows.length });
  const account = (facts: AccountFacts): fc.Arbitrary<AccountFacts> =>
    fc
      .tuple(...accountTables.map((name): fc.Arbitrary<unknown[]> => all<unknown>(facts[name])))
      .map((lists): AccountFacts => ({ ...facts, ...Object.fromEntries(accountTables.map((name, index) => [name, lists[index]])) }));
  return fc
    .tuple(...accounts.map(account))
    .chain((shuffled) => all(shuffled))
    .map((shuffled) => ({ personId, accounts: shuffled }));
}

async function everybody(database: TestDatabase['database']): Promise<PersonFacts[]> {
  const ids = await database.read((knex) => knex('enriched_accounts').distinct().pluck<string[]>('person_id'));
  return database.read((knex) => readPersons(database, knex, ids.sort()));
}

async function setupOf(database: TestDatabase['database']): Promise<DecisionSetup> {
  const products = await Promise.all(BRANDS.map(async (brand) => [brand, await database.read((knex) => readProducts(database, knex, brand))] as const));
  return {
    catalogs: new Map(products.map(([brand, own]) => [brand, new Map(own.map((product) => [product.productChargeId, product]))])),
    products: new Map(products.map(([brand, own]) => [brand, productNames(own.map(({ productId, name, sku }) => ({ productId, productName: name, sku })))])),
    ids: publicIds(ID_KEY),
    spill: 'none',
  };
}

/** MySQL gives a decimal with all places of its column; the documents hold the canonical spelling. */
function withoutDecimals(state: Record<string, TableDump> = {}): Record<string, TableDump> {
  return { ...state, order_items: (state['order_items'] ?? []).map((item) => ({ ...item, quantity: null })) };
}

function sorted(rows: readonly unknown[]): string[] {
  return rows.map((row) => JSON.stringify(row)).sort();
}
