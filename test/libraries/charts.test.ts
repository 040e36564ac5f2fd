import { expect, test } from '@jest/globals';
import * as echarts from 'echarts';

/** The same small chart, drawn and disposed. */
function draw(): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 200, height: 100 });
  try {
    chart.setOption({ animation: false, xAxis: { type: 'category', data: ['a'] }, yAxis: {}, series: [{ type: 'bar', data: [1] }] });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

test('ECharts counts its class names up within a process, so that the same chart has other bytes when drawn again', () => {
  const [first, second] = [draw(), draw()];
  expect(first === second).toBe(false);
  const names = new Map<string, string>();
  const numbered = (svg: string): string => {
    names.clear();
    return svg.replace(/zr\d*-cls-\d+/g, (name) => names.get(name) ?? (names.set(name, `class-${names.size}`).get(name) as string));
  };
  expect(numbered(first)).toBe(numbered(second));
});
