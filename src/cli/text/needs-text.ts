import type { Need, Stored, Unmet } from '../../feeds/needs/needs.ts';
import { textTable } from '../table.ts';

/** What is stored of each need, by brand. */
interface StoredNeed extends Need {
  readonly brands: Readonly<Record<string, Stored>>;
}

/** A table of what each command stands on, and below it what is wrong without that which is not there. */
export function needsText(brands: readonly string[], items: readonly StoredNeed[], unmet: readonly Unmet[]): string {
  const columns = ['stands on', 'command', ...brands].map((title) => ({ title }));
  const table = textTable(columns, items.map((item) => [nameOf(item), item.command, ...brands.map((brand) => item.brands[brand] ?? null)]));
  const notes = unmet.map((need) => `${need.required ? 'missing' : 'without'} ${nameOf(need)} of ${Object.entries(need.brands).map(([brand, stored]) => `${brand} (${stored})`).join(', ')}: ${need.without}`);
  return [table, '', ...(notes.length === 0 ? ['Nothing is missing.'] : [...new Set(notes)])].join('\n');
}

function nameOf({ entity, column }: Need): string {
  return column === undefined ? entity : `${entity}.${column}`;
}
