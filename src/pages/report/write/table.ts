import { formatCount } from '../../../core/text/counts.ts';
import { escape } from '../../text.ts';
import { amountText, percentText } from '../declare/amounts.ts';
import type { Block, Column, Value } from '../declare/page.ts';

const SHADES = 6;
/** Tables with more columns than this are set smaller. */
const MOST_WIDE = 8;
const NOTHING = '–';

/** The rows of a block that the page shows, as a table. */
export function blockTable(block: Block): string {
  const { currency } = block;
  const columns = block.columns.filter(({ name }) => block.unshown?.has(name) !== true);
  const most = largestOf(block, columns);
  const head = columns.map(({ title, kind }) => `<th scope="col"${isText(kind) ? ' class="text"' : ''}>${escape(title)}</th>`);
  const body = shownRows(block).map(([row, index]) => {
    const kinds = [...(index < (block.sums ?? 0) ? ['sum'] : []), ...(block.marked?.has(index) === true ? ['marked'] : []), ...(block.faint?.has(index) === true ? ['faint'] : []), ...(row[0] === block.incomplete ? ['faint'] : [])];
    const cells = columns.map((column) => {
      const value = row[block.columns.indexOf(column)] ?? null;
      const shade = block.heat === true && isFigure(column) ? shadeOf(value, most) : undefined;
      return cell(block.heat === true && column.kind === 'percent' && typeof value === 'number' ? wholePercent(value) : valueText(value, column.kind, column.currency ?? currency), { column, isFirst: column === block.columns[0], isOpen: row[0] === block.incomplete, shade });
    });
    return `<tr${kinds.length === 0 ? '' : ` class="${kinds.join(' ')}"`}>${cells.join('')}</tr>`;
  });
  const looks = [...(block.heat === true || columns.length > MOST_WIDE ? ['dense'] : []), ...(block.stacked === true ? ['stacked'] : [])];
  return `<div class="scroll"><table${looks.length === 0 ? '' : ` class="${looks.join(' ')}"`}><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

/** Which rows those are, in words; empty if they are all. */
export function shownText(block: Block): string {
  const [shown, all] = [shownRows(block).length, block.rows.length];
  if (shown === all) return '';
  return `The ${block.shown?.from === 'start' ? 'first' : 'newest'} ${formatCount(shown - (block.sums ?? 0))} of ${formatCount(all - (block.sums ?? 0))} rows; the data files have all.`;
}

/** How a value is written for people. */
export function valueText(value: Value, kind: Column['kind'], currency: string | null): string {
  if (value === null) return NOTHING;
  if (typeof value === 'string') return value;
  if (kind === 'money' && currency !== null) return amountText(value, currency);
  if (kind === 'percent') return percentText(value);
  if (kind === 'multiple') return value.toFixed(2).replace('-', '−');
  if (kind === 'days') return formatCount(Math.max(0, Math.floor(value)));
  return formatCount(kind === 'number' ? Number(value.toFixed(2)) : value).replace('-', '−');
}

function shownRows({ rows, sums = 0, shown }: Block): (readonly [readonly Value[], number])[] {
  const numbered = rows.map((row, index) => [row, index] as const);
  if (shown === undefined) return numbered;
  const others = numbered.slice(sums);
  return [...numbered.slice(0, sums), ...(shown.from === 'start' ? others.slice(0, shown.rows) : others.slice(-shown.rows))];
}

/** In a heat map the shades tell more than a decimal. */
function wholePercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function cell(value: string, { column, isFirst, isOpen, shade }: { column: Column; isFirst: boolean; isOpen: boolean; shade: number | undefined }): string {
  const text = column.kind === 'page' && value !== NOTHING ? `<a href="${escape(value)}.html">${escape(value)}</a>` : escape(value);
  if (isFirst) return `<th scope="row">${text}${isOpen ? ' <small>not over</small>' : ''}</th>`;
  const kinds = [...(isText(column.kind) ? ['text'] : []), ...(shade === undefined ? [] : [`h${shade}`])];
  return `<td${kinds.length === 0 ? '' : ` class="${kinds.join(' ')}"`}>${text}</td>`;
}

function isText(kind: Column['kind']): boolean {
  return kind === 'text' || kind === 'page';
}

function isFigure({ kind }: Column): boolean {
  return kind === 'money' || kind === 'percent';
}

/** Among the columns that are shown. */
function largestOf({ columns, rows }: Block, shown: readonly Column[]): number {
  const places = shown.filter(isFigure).map((column) => columns.indexOf(column));
  return rows.reduce((most, row) => places.reduce((own, at) => (typeof row[at] === 'number' ? Math.max(own, row[at]) : own), most), 0);
}

function shadeOf(value: Value, most: number): number | undefined {
  if (typeof value !== 'number' || most <= 0) return undefined;
  return Math.max(0, Math.min(SHADES - 1, Math.floor((value / most) * SHADES)));
}
