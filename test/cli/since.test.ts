import { expect, test } from '@jest/globals';

import { sinceOf } from '../../src/cli/since.ts';
import { instantOf } from '../support/suite/clock.ts';

const now = instantOf('2026-11-20 05:30:00.250');

test.each([
  ['2026-03-01', '2026-03-01 00:00:00.000000'],
  ['2026-03-01T06:00:00+02:00', '2026-03-01 04:00:00.000000'],
  ['24h', '2026-11-19 05:30:00.250000'],
  ['7d', '2026-11-13 05:30:00.250000'],
  ['90 m', '2026-11-20 04:00:00.250000'],
  ['9999y', '1000-01-01 00:00:00.000000'],
])('--since %s means the instant %s', (text, expected) => {
  expect(sinceOf(text, now)).toBe(expected);
});

test.each(['', 'yesterday', '24', '-24h', '2026-02-30', '7 moons', 'd'])('--since %j is refused with the forms that there are', (text) => {
  expect(() => sinceOf(text, now)).toThrow(expect.objectContaining({ kind: 'usage', code: 'invalid_since', nextStep: expect.stringMatching(/2026-03-01.*24h, 7d/) }));
});
