import { compareText } from '../../core/compare.ts';

/**
 * The next persons out of several lists, each in order and of at most so many; `isLast` unless a list may go on. A person
 * beyond the end of a list that may go on waits, as others may come before.
 */
export function nextPersons(lists: readonly (readonly string[])[], most: number): { readonly persons: readonly string[]; readonly isLast: boolean } {
  const ends = lists.flatMap((list) => (list.length < most ? [] : list.slice(-1))).sort(compareText);
  const [end] = ends;
  const all = [...new Set(lists.flat())].sort(compareText);
  return end === undefined ? { persons: all, isLast: true } : { persons: all.filter((person) => compareText(person, end) <= 0), isLast: false };
}
