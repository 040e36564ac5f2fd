import { describe, expect, test } from '@jest/globals';

import { buildChains } from '../../../src/enriched/chains/chain.ts';
import { only, version } from './versions.ts';

describe('buildChains', () => {
  test('reports a missing predecessor, by its id or by its number', () => {
    expect(only([version(1), version(3)]).issues).toEqual([
      { kind: 'missing_predecessor', versionIds: ['v3'], pointsTo: 'v2' },
    ]);
    expect(only([version(1), version(3, { previousId: null })]).issues).toEqual([
      { kind: 'missing_predecessor', versionIds: ['v3'] },
    ]);
  });

  test('reports a predecessor in another chain, a fork and a cycle', () => {
    const other = version(1, { id: 'w1', originalId: 'w1', name: 'A-S2' });
    expect(buildChains([version(1), version(2, { previousId: 'w1' }), other], [])[0]?.issues).toEqual([
      { kind: 'foreign_predecessor', versionIds: ['v2'], pointsTo: 'w1' },
    ]);
    expect(only([version(1), version(2), version(2, { id: 'v2b' })])).toMatchObject({
      latest: { id: 'v2b' },
      issues: [{ kind: 'fork', versionIds: ['v2', 'v2b'] }],
    });
    expect(only([version(1, { previousId: 'v3' }), version(2), version(3)]).issues).toEqual([
      { kind: 'cycle', versionIds: ['v1', 'v2', 'v3'] },
    ]);
    expect(only([version(1, { previousId: 'v1' })]).issues).toEqual([{ kind: 'cycle', versionIds: ['v1'] }]);
  });
});
