import { formatCount } from '../core/text/counts.ts';

export { escapeHtml as escape } from '../core/text/html.ts';

/** The names of brands by id. */
export type Names = ReadonlyMap<string, string>;

/** How a brand is called on the page. */
export function nameOf(names: Names, brand: string): string {
  return names.get(brand) ?? brand;
}

/** A number with its sign, as typography writes it. */
export function signed(count: number): string {
  return count === 0 ? '0' : `${count > 0 ? '+' : '−'}${formatCount(Math.abs(count))}`;
}

/** The anchor of a part of the page. */
export function anchorOf(...parts: readonly string[]): string {
  return parts.join('-').replaceAll(/[^\w-]/g, '_');
}
