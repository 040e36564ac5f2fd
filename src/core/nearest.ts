/** The name that takes the fewest edits (letters added, left out or exchanged) to come from the given one; the first of equals. */
export function nearest(name: string, known: Iterable<string>): string {
  let best = { name: '', edits: Number.POSITIVE_INFINITY };
  for (const candidate of known) {
    const edits = editsBetween(name, candidate);
    if (edits < best.edits) best = { name: candidate, edits };
  }
  return best.name;
}

/** The Levenshtein distance, a row of its table at a time. */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (const [column, its] of [...other].entries()) {
      const exchanged = (row[column] ?? 0) + (letter === its ? 0 : 1);
      next.push(Math.min(exchanged, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
