import { expect, jest, test } from '@jest/globals';
import * as echarts from 'echarts';

import { waterfall, type Bar } from '../../src/pages/waterfall.ts';

const bars: readonly Bar[] = [
  { label: 'billing', value: 12, kind: 'total' },
  { label: 'test data', value: -2, kind: 'change' },
];

/** What every chart inherits. */
function prototypeOfCharts(): echarts.ECharts {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 10, height: 10 });
  chart.dispose();
  return Object.getPrototypeOf(chart) as echarts.ECharts;
}

test.each(['wide', 'narrow'] as const)('a %s chart is an SVG with its labels', (layout) => {
  expect(waterfall(bars, String, layout)).toMatch(/^<svg role="img" .*test data/s);
});

test('a chart is given back, whether it could be drawn or not', () => {
  const dispose = jest.spyOn(prototypeOfCharts(), 'dispose');
  waterfall(bars, String, 'wide');
  expect(dispose).toHaveBeenCalledTimes(1);
  const fails = (): string => {
    throw new Error('boom');
  };
  expect(() => waterfall(bars, fails, 'narrow')).toThrow('boom');
  expect(dispose).toHaveBeenCalledTimes(2);
});
