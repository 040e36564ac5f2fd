/** As many ids as one statement asks for. */
const SIZE = 500;

/** A list in pieces of a size, the last one of what is left. */
export function* slices<Item>(items: readonly Item[], size = SIZE): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
