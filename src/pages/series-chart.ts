import { drawSvg, INK } from './svg.ts';
import { escape } from './text.ts';

/** Values over the texts of a category axis; null where there is none. */
interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** One of COLOURS, where the name stands for something good or bad. */
  readonly colour?: Colour | undefined;
}

/** Bars that are stacked, or lines. */
export interface SeriesChart {
  readonly kind: 'bars' | 'lines';
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** How a value stands at the axis. */
  readonly format: (value: number) => string;
  /** The label of a period that is not over: drawn paler. */
  readonly incomplete?: string | undefined;
}

/** Series are told apart by these, in this order; more of them than colours would not be. */
const COLOURS = { navy: '#1f3a5f', amber: '#c98a1b', green: '#2f7d4f', red: '#b5482f', purple: '#8e24aa', blue: '#3f8fb5', grey: '#7a869a', rose: '#a0456e' } as const;
type Colour = keyof typeof COLOURS;
const IN_ORDER = Object.values(COLOURS);
export const MOST_SERIES = IN_ORDER.length;
/** A label under the first of more bars than this is wider than the bar, and would stand out of the chart. */
const MANY_BARS = 20;
const LAYOUTS = { wide: { width: 960, height: 300, font: 12 }, narrow: { width: 330, height: 240, font: 11 } };

/** The chart as SVG text, for a screen or for a phone. */
export function seriesChart({ kind, labels, series, format, incomplete }: SeriesChart, layout: keyof typeof LAYOUTS): string {
  const { font, ...size } = LAYOUTS[layout];
  const text = { fontSize: font, color: INK.text };
  const style = kind === 'bars' ? { type: 'bar', stack: 'all', barMaxWidth: 42 } : { type: 'line', showSymbol: labels.length < 3, symbolSize: 6, lineStyle: { width: 2 } };
  return drawSvg(
    {
      grid: { left: 4, right: layout === 'wide' ? 24 : 12, top: 14, bottom: 4, containLabel: true },
      xAxis: { type: 'category', data: [...labels], boundaryGap: kind === 'bars', axisTick: { show: false }, axisLine: { onZero: true, lineStyle: { color: INK.axis } }, axisLabel: { ...text, hideOverlap: true, alignMaxLabel: 'right', ...(kind === 'lines' || labels.length > MANY_BARS ? { alignMinLabel: 'left', showMinLabel: true } : {}) } },
      yAxis: { type: 'value', splitNumber: 4, axisLabel: { ...text, formatter: format }, splitLine: { lineStyle: { color: INK.grid } } },
      series: series.map(({ name, values, colour }, index) => ({
        ...style,
        name,
        silent: true,
        color: colourOf(colour, index),
        data: values.map((value, at) => (labels[at] === incomplete && kind === 'bars' ? { value, itemStyle: { opacity: 0.4 } } : value)),
      })),
    },
    size,
  );
}

/** Which colour is which series, as a list beside the chart: it breaks into lines where the chart's own would not. */
export function legendOf({ series, incomplete, kind }: SeriesChart): string {
  const items = series.length > 1 ? series.map(({ name, colour }, index) => `<li><i style="background:${colourOf(colour, index)}"></i>${escape(name)}</li>`) : [];
  const paler = incomplete !== undefined && kind === 'bars' ? [`<li class="pale">paler: ${escape(incomplete)} is not over</li>`] : [];
  return items.length + paler.length === 0 ? '' : `<ul class="legend">${[...items, ...paler].join('')}</ul>`;
}

function colourOf(colour: Colour | undefined, index: number): string {
  return colour === undefined ? (IN_ORDER[index % IN_ORDER.length] ?? COLOURS.navy) : COLOURS[colour];
}
