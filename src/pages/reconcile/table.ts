import { formatCount } from '../../core/text/counts.ts';
import { escape } from '../text.ts';
import { waterfall, type Bar } from '../waterfall.ts';

export type Cell = string | number;

/** A waterfall, drawn for a screen and for a phone. */
export function figure(label: string, bars: readonly Bar[], describe: (value: number, kind: Bar['kind']) => string): string {
  const drawn = (['wide', 'narrow'] as const).map((layout) => `<div class="${layout}">${waterfall(bars, describe, layout)}</div>`);
  return `<figure aria-label="${escape(label)}">${drawn.join('')}</figure>`;
}

/** A table whose first column is text and whose others are figures; in a bridge the first and last rows of a block are sums. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], isBridge = false): string {
  const sums = (cells: readonly Cell[]): boolean => isBridge && /^(Billing|Hub|E-mail tool|CRM)/.test(String(cells[0]));
  const body = rows.map((cells) => {
    const [first, ...others] = cells.map((cell) => (typeof cell === 'number' ? formatCount(cell) : escape(cell)));
    const kind = !isBridge ? '' : sums(cells) ? ' class="sum"' : cells[0] === 'unexplained' ? ' class="open"' : ' class="step"';
    return `<tr${kind}><th scope="row">${first ?? ''}</th>${others.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head.map((title) => `<th scope="col">${escape(title)}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}
