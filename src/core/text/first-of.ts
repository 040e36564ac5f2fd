/** The first of many, and how many more there are: for what would grow without end if each were named. */
export function firstOf<Item>(items: readonly Item[], most: number): { readonly shown: readonly Item[]; readonly more: number } {
  return { shown: items.slice(0, most), more: Math.max(0, items.length - most) };
}
