import { expect, test } from '@jest/globals';

import { marketingOf } from '../../../src/leads/steps/marketing.ts';
import type { FormPair } from '../../../src/leads/pairs.ts';

const read = (query: FormPair[], extra: FormPair[] = [], pairs: FormPair[] = []) => marketingOf({ query, extra, pairs }, new Set(['email', 'p']));

test('marketingOf reads the query before the fields, and no field that the form declares', () => {
  const { campaign, params } = read([['utm_source', 'mail'], ['p', 'par_1'], ['email', 'anna@mail.ch']], [['utm_source', 'page'], ['utm_term', ' x '], ['color', 'red']], [['email', 'anna@mail.ch'], ['gclid', 'g1']]);
  expect(campaign).toMatchObject({ utm_source: 'mail', utm_term: 'x', gclid: 'g1', utm_medium: null, sub1: null });
  expect(params).toEqual([{ name: 'color', value: 'red' }]);
});

test.each([
  [[['transaction_id', 't'], ['cid', 'c']], 'c'],
  [[['cid', 'c'], ['clickid', 'i']], 'i'],
  [[['clickid', 'i'], ['click_id', 'own']], 'own'],
  [[['click_id', ' '], ['cid', 'c']], 'c'],
  [[], null],
] as [FormPair[], string | null][])('marketingOf finds the click id in %j: %s', (query, id) => {
  expect(read(query).campaign.click_id).toBe(id);
});

test('marketingOf keeps at most 50 parameters of 500 characters', () => {
  const { params } = read(Array.from({ length: 60 }, (_, place): FormPair => [`x${place}`, '😀'.repeat(600)]));
  expect(params).toHaveLength(50);
  expect(params[49]).toEqual({ name: 'x49', value: '😀'.repeat(500) });
});

test('marketingOf leaves out what could not be decoded', () => {
  expect(read([['utm_source', null, 'Wm/r']])).toEqual({ campaign: expect.objectContaining({ utm_source: null }), params: [] });
});
