import { expect, test } from '@jest/globals';

import { DriftCounter } from '../../../src/sources/api/drift.ts';
import type { Field } from '../../../src/sources/api/fields.ts';
import { JsonValue } from '../../../src/sources/api/json/json.ts';

const fields: readonly Field[] = [
  { path: 'id', kind: 'text' },
  { path: 'amount', kind: 'integer' },
  { path: 'address.country', kind: 'text' },
  { path: 'lines.sku', kind: 'text' },
  { path: 'extra', kind: 'json' },
];

function driftOf(...records: readonly string[]) {
  const counter = new DriftCounter(fields, ['metadata']);
  for (const record of records) {
    const value = JsonValue.read(record);
    if (value === undefined) throw new Error('no JSON');
    counter.see(value);
  }
  return counter.result;
}

test('unknown, lost and changed paths are counted by records', () => {
  expect(driftOf('{"id":"1","amount":"5","address":{"country":"CH","city":"x"},"new":{"deep":1}}', '{"id":{"a":1},"amount":null,"address":null,"new":2}')).toEqual({
    unknown: { 'address.city': 1, new: 2 },
    lost: { 'lines.sku': 2, extra: 2 },
    changed: { id: 1 },
  });
});

test('items of an array have the paths of their array, and what is ignored is passed over whole', () => {
  expect(driftOf('{"id":"1","amount":1,"address":{"country":"CH"},"lines":[{"sku":"a"},{"sku":"b","size":1}],"extra":{"any":{"thing":1}},"metadata":{"x":1}}')).toEqual({ unknown: { 'lines.size': 1 }, lost: {}, changed: {} });
});

test('of no records nothing is lost', () => {
  expect(driftOf()).toEqual({ unknown: {}, lost: {}, changed: {} });
});
