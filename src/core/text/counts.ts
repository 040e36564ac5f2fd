import { groupDigits } from './text.ts';

/** A number with a comma between thousands and three places at most: `1,234,567`, `-1,234.5`. */
export function formatCount(count: number): string {
  const [whole = '', fraction] = String(Number(Math.abs(count).toFixed(3))).split('.');
  return `${count < 0 ? '-' : ''}${groupDigits(whole)}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A duration for people: `850 ms`, `12.3 s`, `4 min 05 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${String(Math.floor((ms % 60_000) / 1_000)).padStart(2, '0')} s`;
}
