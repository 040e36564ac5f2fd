import { drawSvg, INK } from './svg.ts';

/** A bar of a waterfall: a total, or a change to the running value. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly kind: 'total' | 'change';
}

const COLOURS = { total: '#1f3a5f', less: '#b5482f', more: '#2f7d4f', unexplained: '#8e24aa' };
interface Layout {
  readonly width: number;
  readonly row: number;
  readonly left: number;
  readonly right: number;
  readonly label: Readonly<{ width: number; fontSize?: number; inside?: boolean; margin?: number; align?: 'left'; verticalAlign?: 'bottom'; padding?: number[] }>;
}

/** On a screen labels stand beside the bars; on a phone above them, so that both stay readable. */
const LAYOUTS = {
  wide: { width: 960, row: 34, left: 395, right: 110, label: { width: 380 } },
  narrow: { width: 330, row: 54, left: 4, right: 76, label: { width: 322, fontSize: 12, inside: true, margin: 0, align: 'left', verticalAlign: 'bottom', padding: [0, 0, 13, 0] } },
} satisfies Record<string, Layout>;

/**
 * A horizontal waterfall as SVG text: made without a browser, shown without a script.
 * @param layout for a screen or for a phone
 * @param axisFrom where the axis begins: above 0 only where the page says so
 */
export function waterfall(bars: readonly Bar[], describe: (value: number, kind: Bar['kind']) => string, layout: keyof typeof LAYOUTS, axisFrom = 0): string {
  const placed = place(bars);
  const { width, row, left, right, label } = LAYOUTS[layout];
  return drawSvg(
    {
      grid: { left, right, top: layout === 'narrow' ? 16 : 8, bottom: 8 },
      xAxis: { type: 'value', min: axisFrom, axisLabel: { show: false }, splitLine: { lineStyle: { color: INK.grid } } },
      yAxis: {
        type: 'category',
        inverse: true,
        data: bars.map(({ label: text }) => text),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: INK.axis } },
        axisLabel: { fontSize: 13, color: INK.text, overflow: 'truncate', ...label },
      },
      series: [
        { type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: placed.map(({ from }) => from) },
        {
          type: 'bar',
          stack: 'all',
          barWidth: 20,
          label: { show: true, position: 'right', fontSize: 13, color: INK.text, formatter: ({ dataIndex }: { dataIndex: number }) => textOf(bars[dataIndex], describe) },
          data: placed.map(({ length, colour }) => ({ value: length, itemStyle: { color: colour, borderRadius: 2 } })),
        },
      ],
    },
    { width, height: bars.length * row + 24 },
  );
}

function place(bars: readonly Bar[]): { from: number; length: number; colour: string }[] {
  let running = 0;
  return bars.map(({ value, kind, label }) => {
    if (kind === 'total') {
      running = value;
      return { from: 0, length: value, colour: COLOURS.total };
    }
    const before = running;
    running += value;
    const colour = label === 'unexplained' ? COLOURS.unexplained : value < 0 ? COLOURS.less : COLOURS.more;
    return { from: Math.min(before, running), length: Math.abs(value), colour };
  });
}

function textOf(bar: Bar | undefined, describe: (value: number, kind: Bar['kind']) => string): string {
  return bar === undefined ? '' : describe(bar.value, bar.kind);
}
