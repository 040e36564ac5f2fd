import { describe, expect, test } from '@jest/globals';

import { rateHeaders, rateWindows } from '../../../src/serve/limits/rate-window.ts';
import vectors from '../../vectors/serve.json' with { type: 'json' };

describe('the vectors of rate limits', () => {
  test.each(vectors.rate_limits.cases)('$name', ({ policy, steps }) => {
    const windows = rateWindows(policy);
    for (const { at, key, expect: expected } of steps) {
      const decision = windows.take(key, at * 1_000);
      expect({ status: decision.isAllowed ? 200 : 429, headers: rateHeaders(policy, decision) }).toEqual(expected);
    }
  });
});

test('windows that have ended are forgotten', () => {
  const windows = rateWindows({ name: 'leads', quota: 2, window: 60 });
  for (let n = 0; n < 1_000; n++) windows.take(`k${n}`, n);
  expect(windows.size).toBe(1_000);
  windows.take('k0', 60_500);
  expect(windows.size).toBe(500);
});

test('a quota of nothing refuses everything', () => {
  expect(rateWindows({ name: 'leads', quota: 0, window: 60 }).take('k', 0)).toEqual({ isAllowed: false, remaining: 0, resetSeconds: 60 });
});
