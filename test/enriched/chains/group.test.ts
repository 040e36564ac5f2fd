import { describe, expect, test } from '@jest/globals';

import { buildChains } from '../../../src/enriched/chains/chain.ts';
import { only, version } from './versions.ts';

describe('buildChains', () => {
  test('keeps equal ids of two brands apart', () => {
    const chains = buildChains([version(1), version(1, { brand: 'belmont' })], []);
    expect(chains.map(({ brand }) => brand)).toEqual(['alpina', 'belmont']);
  });

  test('groups by name where the original is blank', () => {
    const chain = only([version(2, { originalId: null, previousId: null }), version(1, { originalId: null })]);
    expect(chain).toMatchObject({ id: 'A-S1', latest: { id: 'v2' } });
  });

  test('adds a version without original to the chain that names it, or bears its name alone', () => {
    expect(only([version(1, { originalId: null, name: 'old' }), version(2)]).id).toBe('v1');
    expect(only([version(1), version(2, { originalId: null })]).id).toBe('v1');
    const shared = [version(1), version(1, { id: 'w1', originalId: 'w1' }), version(2, { originalId: null })];
    expect(buildChains(shared, []).map(({ id }) => id)).toEqual(['A-S1', 'v1', 'w1']);
  });

  test.each(['null', '\\N', 'None', ' ', '-', '0'])('makes no chain of strangers whose name is %j and whose original is blank', (name) => {
    const strangers = ['a1', 'a2', 'a3'].map((accountId, index) => version(1, { id: `s${index}`, accountId, name, originalId: null }));
    expect(buildChains(strangers, []).map(({ id }) => id)).toEqual(['s0', 's1', 's2']);
    const ofOneOriginal = version(1, { id: 'v1', name, originalId: 'v1' });
    expect(buildChains([ofOneOriginal, ...strangers], []).map(({ id }) => id)).toEqual(['s0', 's1', 's2', 'v1']);
  });
});
