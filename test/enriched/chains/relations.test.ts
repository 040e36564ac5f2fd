import { describe, expect, test } from '@jest/globals';

import type { ChainRelations, ChainSpan } from '../../../src/enriched/chains/relations.ts';
import { relateChains } from '../../../src/enriched/chains/relations.ts';
import { shippedRules } from '../rules/shipped-rules.ts';
import { day } from './versions.ts';

function span(chainId: string, start: string, end: string | null, change: Partial<ChainSpan> = {}): ChainSpan {
  return {
    brand: 'alpina',
    chainId,
    personId: 'p1',
    accountIds: ['a1'],
    productIds: ['detox'],
    start: day(start),
    end: end === null ? null : day(end),
    isDraft: false,
    isRecurring: true,
    ...change,
  };
}
const relate = (...spans: ChainSpan[]): ChainRelations => relateChains(spans, shippedRules.chains);
const old = span('c1', '2026-01-01', '2026-03-01');

describe('relateChains: replacements', () => {
  test('infers that a chain of the same product replaces the one that ended within 30 days', () => {
    expect(relate(span('c2', '2026-03-31', null), old)).toEqual({
      replacements: [{ brand: 'alpina', oldChainId: 'c1', newChainId: 'c2', days: 30, inferred: true }],
      winbacks: [],
    });
    expect(relate(old, span('c2', '2026-03-01', null)).replacements).toHaveLength(1);
    expect(relate(old, span('c2', '2026-02-20', null)).replacements).toMatchObject([{ days: -9 }]);
    expect(relate(old, span('c2', '2026-04-01', null)).replacements).toEqual([]);
    expect(relate(old, span('c2', '2026-01-20', null)).replacements).toEqual([]);
  });

  test('needs the same account or person, the same brand and the same product', () => {
    const next = span('c2', '2026-03-02', null);
    expect(relate(old, { ...next, personId: 'p2', accountIds: ['a2', 'a1'] }).replacements).toHaveLength(1);
    expect(relate(old, { ...next, accountIds: ['a2'] }).replacements).toHaveLength(1);
    expect(relate(old, { ...next, personId: 'p2', accountIds: ['a2'] }).replacements).toEqual([]);
    expect(relate(old, { ...next, brand: 'belmont' }).replacements).toEqual([]);
    expect(relate(old, { ...next, productIds: ['sleep'] }).replacements).toEqual([]);
    expect(relate(old, { ...next, isDraft: true }).replacements).toEqual([]);
    expect(relate({ ...old, personId: null, accountIds: ['a1'] }, { ...next, personId: null, accountIds: ['a2'] })).toEqual({
      replacements: [],
      winbacks: [],
    });
  });

  test('takes the closest pairs first, each chain once', () => {
    const { replacements } = relate(
      old,
      span('c2', '2026-01-02', '2026-03-09'),
      span('c3', '2026-03-10', null),
      span('c4', '2026-03-11', null),
      span('c5', '2026-03-12', null),
    );
    expect(replacements.map(({ oldChainId, newChainId }) => [oldChainId, newChainId])).toEqual([
      ['c2', 'c3'],
      ['c1', 'c4'],
    ]);
  });
});

describe('relateChains: winbacks', () => {
  const back = span('c2', '2026-06-01', null);

  test('finds a chain that starts after the person had left', () => {
    const expected = [{ brand: 'alpina', chainId: 'c2', formerChainId: 'c1', days: 92 }];
    expect(relate(back, old).winbacks).toEqual(expected);
    expect(relate(back, { ...old, productIds: ['sleep'] }).winbacks).toEqual(expected);
  });

  test('starts at least one day after the end', () => {
    const other = { productIds: ['sleep'] };
    expect(relate(old, span('c2', '2026-03-02', null, other)).winbacks).toHaveLength(1);
    expect(relate(old, span('c2', '2026-03-01', null, other)).winbacks).toEqual([]);
  });

  test('is none if the person is still a customer, or the chain replaces another', () => {
    expect(relate(back, old, span('c3', '2026-02-01', null)).winbacks).toEqual([]);
    expect(relate(back, old, span('c3', '2026-02-01', '2026-06-01', { productIds: ['x'] })).winbacks).toEqual([]);
    expect(relate(back, old, span('c3', '2026-02-01', '2026-05-25')).winbacks).toEqual([]);
    expect(relate(back, { ...old, brand: 'belmont' }).winbacks).toEqual([]);
  });

  test('is not prevented by one-off purchases nor by what is bought on the same day', () => {
    expect(relate(back, old, span('c3', '2026-02-01', null, { isRecurring: false })).winbacks).toHaveLength(1);
    const bump = span('c3', '2026-06-01', null, { productIds: ['bump'] });
    expect(relate(back, old, bump).winbacks.map(({ chainId }) => chainId)).toEqual(['c2', 'c3']);
  });

  test('names the chain that ended last', () => {
    const later = span('c0', '2026-01-15', '2026-04-01', { productIds: ['x'] });
    expect(relate(back, old, later).winbacks).toMatchObject([{ formerChainId: 'c0', days: 61 }]);
  });
});
