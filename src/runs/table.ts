import Table from 'cli-table3';

import { groupDigits } from '../core/text.ts';

/** A column of a text table; numbers stand to the right. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/** A plain text table without colours: readable in a terminal, a log and a mail. */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly (string | number | null)[])[]): string {
  const table = new Table({
    head: columns.map((column) => column.title),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '', middle: '  ' },
  });
  table.push(...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatCount(cell) : (cell ?? '–')))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

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
