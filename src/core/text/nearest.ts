/** The other word that takes the fewest changes of one letter; undefined if none is anything like it. */
export function nearestOf(word: string, known: Iterable<string>): string | undefined {
  const distances = [...known].filter((name) => name !== word).map((name) => ({ name, distance: distanceOf(word, name) }));
  const [nearest] = distances.sort((one, other) => one.distance - other.distance);
  // If more than every second letter is another one, something else was meant.
  return nearest !== undefined && nearest.distance <= 0.5 * Math.max(word.length, nearest.name.length) ? nearest.name : undefined;
}

/** `Did you mean enrich? ` for a message, or nothing if none of the words is anything like it. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const nearest = nearestOf(word, known);
  return nearest === undefined ? '' : `Did you mean ${nearest}? `;
}

/** What to do about a name that is none of the known ones: `Did you mean enrich? Use one of: enrich, purge.` */
export function useOneOf(word: string, known: readonly string[]): string {
  return `${didYouMean(word, known)}Use one of: ${known.join(', ')}.`;
}

/** Levenshtein distance: letters to insert, leave out or replace. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < other.length; j++) {
      next.push(Math.min((row[j] ?? 0) + (one[i] === other[j] ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
