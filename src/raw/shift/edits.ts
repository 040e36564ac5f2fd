import type { Alignment, Plan } from './align.ts';
import type { Fragment } from './tokens.ts';

/** What a repair did; columns are counted from 0. Kept with the row before and after. */
export type Edit =
  /** Neighbouring fields became one value, with the delimiter restored. */
  | { readonly operation: 'merge'; readonly column: number; readonly fields: number }
  /** An empty field that had been dropped was put in. */
  | { readonly operation: 'insert'; readonly column: number }
  /** The last columns have no value, as the table had no room for it. */
  | { readonly operation: 'lose'; readonly column: number }
  /** A field was cut in front of the column, at a delimiter that a stray quote had swallowed. */
  | { readonly operation: 'cut'; readonly column: number }
  /** The line was read again with its quotes as plain characters. */
  | { readonly operation: 'ignore_quotes' }
  /** Quotes within quoted values were written with backslashes. */
  | { readonly operation: 'unescape' }
  /** The row stood in one record with others, so many in all. */
  | { readonly operation: 'take_apart'; readonly rows: number }
  /** Empty fields behind the last column were left out. */
  | { readonly operation: 'drop'; readonly fields: number }
  /** Lines that a reader had split at a newline within a value became one. */
  | { readonly operation: 'join_lines'; readonly column: number; readonly lines: number };

/** The edits that lead from the row to the alignment. */
export function editsOf(plan: Plan, { taken, values }: Alignment): Edit[] {
  const edits: Edit[] = plan.reading === 'literal' ? [{ operation: 'ignore_quotes' }] : [];
  let from = 0;
  for (const [column, count] of taken.entries()) {
    const fragments = plan.row.fragments.slice(from, from + count);
    if (count === 0) edits.push({ operation: 'insert', column });
    if (fragments[0]?.inside === true) edits.push({ operation: 'cut', column });
    if (plan.reading === 'fields' && count > 1) edits.push({ operation: 'merge', column, fields: count });
    if (plan.reading === 'literal' && isBareMerge(fragments)) edits.push({ operation: 'merge', column, fields: count });
    from += count;
  }
  for (let column = taken.length; column < values.length; column++) edits.push({ operation: 'lose', column });
  if (from < plan.row.fragments.length) edits.push({ operation: 'drop', fields: plan.row.fragments.length - from });
  return edits;
}

/** True if the fragments are more than a quoted value that holds delimiters. */
function isBareMerge(fragments: readonly Fragment[]): boolean {
  return fragments.length > 1 && fragments[0]?.text?.startsWith('"') !== true;
}
