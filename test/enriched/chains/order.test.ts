import { describe, expect, test } from '@jest/globals';

import { inOrder, latestOf, lineTo } from '../../../src/enriched/chains/order.ts';
import type { SubscriptionVersion } from '../../../src/enriched/chains/version.ts';
import { idsOf, only, version } from './versions.ts';

describe('buildChains', () => {
  test('numbers versions by their links where Version is blank', () => {
    const blank = { version: null };
    expect(idsOf(only([version(3, blank), version(1, blank), version(2, blank)]))).toEqual(['v1', 'v2', 'v3']);
    expect(only([version(2, blank), version(1), version(3, blank)]).latest.id).toBe('v3');
  });

  test('takes versions of 0, below 0 and without a number, in their order, and reports them', () => {
    const numbersOf = (versions: SubscriptionVersion[]): number[] => inOrder(versions).map(({ number }) => number);
    const ofNumber = (id: string, number: number | null, previousId: string | null = null): SubscriptionVersion => version(1, { id, version: number, previousId, originalId: 'v0' });
    const fromZero = [ofNumber('v0', 0), ofNumber('v1', 1, 'v0'), ofNumber('v2', 2, 'v1')];
    expect(only(fromZero)).toMatchObject({ latest: { id: 'v2' }, issues: [{ kind: 'number_below_one', versionIds: ['v0'] }] });
    expect(numbersOf(fromZero)).toEqual([1, 2, 3]);
    const below = [ofNumber('v0', -1), ofNumber('v1', null, 'v0')];
    expect(only(below)).toMatchObject({ latest: { id: 'v1' }, issues: [{ kind: 'number_below_one', versionIds: ['v0'] }, { kind: 'unnumbered', versionIds: ['v1'] }] });
    expect(numbersOf(below)).toEqual([1, 2]);
    expect([numbersOf([ofNumber('v0', 0)]), numbersOf([ofNumber('v0', -3)]), numbersOf([ofNumber('v0', null)]), numbersOf([version(4)])]).toEqual([[1], [1], [1], [4]]);
  });

  test('heeds the latest flag where it is there', () => {
    expect(only([version(1, { isLatest: true }), version(2, { isLatest: false })])).toMatchObject({
      latest: { id: 'v1' },
      issues: [{ kind: 'latest_superseded', versionIds: ['v1', 'v2'] }],
    });
    expect(only([version(1, { isLatest: true }), version(2)]).latest.id).toBe('v2');
    expect(only([version(1, { isLatest: false }), version(2, { isLatest: false })]).latest.id).toBe('v2');
    expect(only([version(1, { isLatest: true }), version(2, { isLatest: true })])).toMatchObject({
      latest: { id: 'v2' },
      issues: [{ kind: 'several_latest', versionIds: ['v1', 'v2'] }],
    });
  });
});

describe('lineTo', () => {
  const lineOf = (versions: SubscriptionVersion[]): string[] => {
    const ordered = inOrder(versions);
    const latest = latestOf(ordered);
    return latest === undefined ? [] : lineTo(latest, ordered).map(({ row }) => row.id);
  };

  test('follows the predecessors, past the other side of a fork', () => {
    expect(lineOf([version(1), version(2), version(2, { id: 'v2b' }), version(3, { previousId: 'v2' })])).toEqual(['v1', 'v2', 'v3']);
  });

  test('goes on at the next lower number where a predecessor is missing, and is trapped by no ring', () => {
    expect(lineOf([version(1), version(4)])).toEqual(['v1', 'v4']);
    expect(lineOf([version(1, { previousId: 'v3' }), version(2), version(3)])).toEqual(['v1', 'v2', 'v3']);
  });
});

test('latestOf finds none among no versions', () => expect(latestOf([])).toBeUndefined());
