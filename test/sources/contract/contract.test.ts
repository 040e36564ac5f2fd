import { describe, expect, test } from '@jest/globals';

import { normaliseHeader, snakeCase } from '../../../src/sources/contract/contract.ts';
import { billingEntities, entityNamed } from '../../../src/sources/index.ts';
import { invoice } from '../../../src/sources/billing/invoice.ts';
import { matchHeader } from '../../../src/raw/rows/header.ts';

/** Parts of the catalog that are exported with the product charges only. */
const WITHOUT_FEED = ['product', 'product_rate_plan'];
const header = invoice.columns.map((column) => column.name);

describe('the contracts', () => {
  test('are sixteen, each with its own name and table', () => {
    expect(billingEntities).toHaveLength(16);
    expect(new Set(billingEntities.map(({ name }) => name)).size).toBe(16);
    expect(new Set(billingEntities.map(({ table }) => table)).size).toBe(16);
  });

  test.each(billingEntities.map((entity) => [entity.name, entity] as const))('%s: columns differ, references and indexes exist', (_, { columns, indexes }) => {
    expect(new Set(columns.map(({ name }) => normaliseHeader(name))).size).toBe(columns.length);
    expect(new Set(columns.map(({ sql }) => sql)).size).toBe(columns.length);
    expect(columns[0]).toMatchObject({ name: 'Id', sql: 'source_id', required: true });
    expect(columns.slice(-3).map(({ name }) => name)).toEqual(['Deleted', 'CreatedDate', 'UpdatedDate']);
    const known = ['brand', ...columns.map(({ sql }) => sql)];
    expect(indexes.flat().filter((column) => !known.includes(column))).toEqual([]);
    const targets = columns.flatMap(({ references }) => references ?? []);
    expect(targets.filter((target) => !WITHOUT_FEED.includes(target) && !billingEntities.some(({ name }) => name === target))).toEqual([]);
  });

  test.each([
    ['account', ['source_id']],
    ['contact', ['account_id', 'source_id']],
    ['product_charge', ['product_id', 'product_rate_plan_id', 'source_id']],
    ['rate_plan_charge', ['account_id', 'rate_plan_id', 'source_id']],
    ['open', []],
  ])('the rows of %s belong to %j, the best first', (name, owners) => {
    expect(entityNamed(name).owners).toEqual(owners);
  });

  test('an unknown entity is refused with the names that there are', () => {
    expect(entityNamed('invoice')).toBe(invoice);
    expect(() => entityNamed('invoices')).toThrow(expect.objectContaining({ kind: 'usage', nextStep: expect.stringContaining('invoice_item') }));
  });

  test.each([
    ['AccountId', 'account_id'],
    ['ProductRatePlanId', 'product_rate_plan_id'],
    ['OrderReference__c', 'order_reference__c'],
    ['MRR', 'mrr'],
    ['SKU', 'sku'],
    ['ProductSKU__c', 'product_sku__c'],
    ['Address1', 'address1'],
  ])('%s becomes the column %s', (name, sql) => {
    expect(snakeCase(name)).toBe(sql);
  });
});

describe('matchHeader', () => {
  test('meets the contract in any order, case and separation', () => {
    const spelled = header.map((name, index) => [name.toUpperCase(), snakeCase(name), name.replace('Id', '.Id'), ` ${name} `][index % 4] ?? name).reverse();
    const match = matchHeader(invoice, spelled);
    expect(match.columns.map((column) => column?.name)).toEqual([...header].reverse());
    expect(match).toMatchObject({ unknown: [], absent: [] });
  });

  test('names unknown and absent columns', () => {
    const match = matchHeader(invoice, [...header.filter((name) => name !== 'Comments'), 'LoyaltyTier']);
    expect(match.unknown).toEqual(['LoyaltyTier']);
    expect(match.absent).toEqual(['Comments']);
    expect(match.columns.at(-1)).toBeUndefined();
  });

  test.each(invoice.columns.filter((column) => column.required).map(({ name }) => name))('refuses a part without %s', (name) => {
    expect(() => matchHeader(invoice, header.filter((other) => other !== name))).toThrow(
      expect.objectContaining({ kind: 'refused', code: 'missing_column', context: { column: name, line: 1 } }),
    );
  });

  test('refuses a column that comes twice, also in another spelling', () => {
    expect(() => matchHeader(invoice, [...header, 'account_id'])).toThrow(
      expect.objectContaining({ kind: 'refused', code: 'duplicate_column', context: { column: 'AccountId', line: 1, position: header.length + 1 } }),
    );
  });
});
