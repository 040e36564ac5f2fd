import { createRequire } from 'node:module';
import type CliTable from 'cli-table3';

import { formatCount } from '../core/text/counts.ts';
import { NOTHING, fitTable, type Cell, type FittedTable, type TableColumn } from './fit-table.ts';

export type { TableColumn };

const WIDTH = 80;

/**
 * A plain text table without colours, at most 80 characters wide: readable in a terminal, a log and a mail. What does not
 * fit is left out, cut or continued below as {@link fitTable} says.
 */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]): string {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? formatCount(cell) : (cell ?? NOTHING))));
  return fitTable(columns, texts, WIDTH).map(plainTable).join('\n\n');
}

function plainTable({ columns, rows }: FittedTable): string {
  // Loaded with the first table: help, and most of what fails, shows none.
  const Table = createRequire(import.meta.url)('cli-table3') as typeof CliTable;
  const table = new Table({
    head: columns.map((column) => column.title),
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    chars: { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '─', 'mid-mid': '──', right: '', 'right-mid': '', middle: '  ' },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
