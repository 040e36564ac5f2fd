import { expect, test } from '@jest/globals';

import { maximise } from '../../../src/metrics/prediction/maximise.ts';

test('the better of two peaks is taken, though it is far from the first start', () => {
  const peaks = ({ p }: { readonly p: number }): number => Math.max(-1 - Math.abs(Math.log(p)), -Math.abs(Math.log(p / 6)) * 2);
  expect(maximise(peaks, { p: 1 })?.parameters.p).toBeCloseTo(6, 3);
});

test('a likelihood that is nowhere a number has no maximum', () => {
  expect(maximise(() => NaN, { p: 1 })).toBeUndefined();
});

test('parameters stay above 0 and within bounds where more is always better', () => {
  const fit = maximise(({ p }) => p, { p: 1 });
  expect(fit === undefined || fit.parameters.p <= Math.exp(12)).toBe(true);
});
