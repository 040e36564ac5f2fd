import { expect, test } from '@jest/globals';

import { legendOf, seriesChart, type SeriesChart } from '../../src/pages/series-chart.ts';

const chart: SeriesChart = {
  kind: 'bars',
  labels: ['2026-01', '2026-02'],
  series: [{ name: 'Alpina & Co', values: [100, 50] }, { name: 'Belmont', values: [null, -20] }],
  format: (value) => `${value} EUR`,
  incomplete: '2026-02',
};

test.each(['wide', 'narrow'] as const)('a %s chart is an SVG with the labels of its axes', (layout) => {
  const svg = seriesChart(chart, layout);
  // A quote in a style would end the attribute.
  expect(svg).not.toMatch(/style="[^"]*"[A-Z]/);
  expect(svg).toMatch(/^<svg role="img" .*120 EUR.*2026-01/s);
});

test('the same chart is the same text however many were drawn before it', () => {
  const first = seriesChart(chart, 'wide');
  seriesChart({ ...chart, kind: 'lines' }, 'narrow');
  expect(seriesChart(chart, 'wide')).toBe(first);
});

test('no chart of a page takes the names of another', () => {
  const namesOf = (layout: 'wide' | 'narrow'): string[] => [...seriesChart({ ...chart, kind: 'lines' }, layout).matchAll(/ id="([^"]+)"/g)].map(([, name]) => name ?? '');
  expect(namesOf('wide').length).toBeGreaterThan(0);
  expect(namesOf('wide').filter((name) => namesOf('narrow').includes(name))).toEqual([]);
});

test('the period that is not over is paler, and the legend says so', () => {
  const opacities = (text: string): number => text.match(/fill-opacity="0\.4"/g)?.length ?? 0;
  expect(opacities(seriesChart(chart, 'wide'))).toBe(2);
  expect(opacities(seriesChart({ ...chart, incomplete: undefined }, 'wide'))).toBe(0);
  expect(legendOf(chart)).toMatch(/Alpina &amp; Co.*Belmont.*paler: 2026-02 is not over/);
});

test('a single series that is over has no legend', () => {
  expect(legendOf({ ...chart, series: chart.series.slice(0, 1), incomplete: undefined })).toBe('');
});
