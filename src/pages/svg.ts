import * as echarts from 'echarts';

import { checksum } from '../core/hash.ts';
import { compactSvg } from './svg-text.ts';

/** The ink and fonts of all charts; style.ts changes the colours for a dark screen. */
export const INK = { text: '#1c2733', axis: '#aab4c0', grid: '#eceff3', font: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif" } as const;

const MARK = 'zr-own-name-';

/**
 * A chart as SVG text: made without a browser, shown without a script. The same chart is the same text: the library
 * counts the names of its classes up within a process, so they are numbered anew.
 */
export function drawSvg(option: echarts.EChartsCoreOption, size: { readonly width: number; readonly height: number }): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: INK.font }, ...option });
    return renumbered(compactSvg(chart.renderToSVGString(), INK.font)).replace(/^<svg /, '<svg role="img" ');
  } finally {
    // A chart stays in the registry of the library until it is disposed, also when it could not be drawn.
    chart.dispose();
  }
}

/** Names are numbered within the chart, behind its checksum: on a page with several charts none may have another's. */
function renumbered(svg: string): string {
  const names = new Map<string, string>();
  const numbered = svg.replaceAll(/zr\d+-[\w-]+/g, (name) => {
    const own = names.get(name) ?? `${MARK}${names.size}`;
    names.set(name, own);
    return own;
  });
  return numbered.replaceAll(MARK, `z${checksum(numbered).slice(0, 8)}-`);
}
