import { expect, test } from '@jest/globals';

import { checksum } from '../../src/core/hash.ts';
import { stageVersion } from '../../src/core/stage-version.ts';

test('a stage has another version with another program, other rules, or tables of another date', () => {
  const version = stageVersion('1.0.0', 'rules');
  expect(version).toBe(checksum('1.0.0 rules ISO 4217 of 2026-09-17 countries of 2026-11-29'));
  expect(new Set([version, stageVersion('1.0.1', 'rules'), stageVersion('1.0.0', 'other')]).size).toBe(3);
});
