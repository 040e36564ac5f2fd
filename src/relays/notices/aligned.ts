import { codePoints } from '../../core/text/code-points.ts';
import type { NoticePart } from './notice.ts';

type Table = Extract<NoticePart, { kind: 'table' }>;

/** The lines of a table in letters of one width, its titles first, its columns two blanks apart. */
export function alignedLines({ columns, rows }: Table): string[] {
  const lines = [columns.map(({ title }) => title), ...rows].map((cells) => cells.map((cell) => cell.replace(/\s+/gu, ' ')));
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => codePoints(cells[index] ?? ''))));
  return lines.map((cells) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const blanks = ' '.repeat((widths[index] ?? 0) - codePoints(cell));
        return align === 'right' ? blanks + cell : cell + blanks;
      })
      .join('  ')
      .trimEnd(),
  );
}
