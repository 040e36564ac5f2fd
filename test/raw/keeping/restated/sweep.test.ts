import { expect, test } from '@jest/globals';

import type { BatchId, Instant } from '../../../../src/core/time.ts';
import { isOlderThan, refuseLargeSweep } from '../../../../src/raw/keeping/restated/sweep.ts';

const [BEFORE, SWEEP, AFTER] = ['20261121T100000Z', '20261122T100000Z', '20261123T100000Z'] as [BatchId, BatchId, BatchId];
const at = (instant: string): Instant => instant as Instant;

test('isOlderThan takes a record that came and changed before the list was made, and no newer one', () => {
  const row = { key: 'k', batch: BEFORE, updatedDate: at('2026-11-22 09:59:59.999999') };
  expect(isOlderThan(SWEEP, row)).toBe(true);
  expect(isOlderThan(SWEEP, { ...row, updatedDate: null })).toBe(true);
  expect(isOlderThan(SWEEP, { ...row, updatedDate: at('2026-11-22 10:00:00.000000') })).toBe(false);
  expect(isOlderThan(SWEEP, { ...row, batch: SWEEP })).toBe(false);
  expect(isOlderThan(SWEEP, { ...row, batch: AFTER })).toBe(false);
});

test('refuseLargeSweep lets three records of ten go, and not four', () => {
  expect(() => {
    refuseLargeSweep(3, 10, 'shopify_orders');
  }).not.toThrow();
  expect(() => {
    refuseLargeSweep(4, 10, 'shopify_orders');
  }).toThrow(expect.objectContaining({ code: 'shrink', kind: 'refused', nextStep: expect.stringContaining('--allow-shrink') }));
});
