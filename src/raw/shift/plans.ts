import type { FragmentRow, Plan } from './align.ts';
import type { Score } from './score.ts';
import { cutFields, cutLine, hasLoneQuote, fragmentsOf, type Fragment } from './tokens.ts';

/** What the reader saw of a row. */
export interface SeenRow {
  readonly fields: readonly (string | null)[];
  /** The text of the line, where it is at hand. */
  readonly raw: string | undefined;
  readonly delimiter: string;
}

/** More delimiters in one value than any comment has; a bound on the work, not a rule of the format. */
const MOST_MERGES = 40;
/** How many values may have fallen off the end of a table row. */
const MOST_LOST = 3;
const LOSE = 0.5;
const DROP = 0.5;
const CUT = 1.5;

/**
 * All that may have happened to a row, as plans for the alignment: the row as it stands, delimiters in values, dropped
 * fields, both also in a row that kept the width of its table, and delimiters that a stray quote swallowed.
 */
export function plansOf(score: Score, row: SeenRow): Plan[] {
  const literal = literalPlan(score, row);
  if (literal) return [literal];
  const seen = fragmentRow(fragmentsOf(row.fields), row.delimiter);
  const extra = row.fields.length - score.width;
  const empties = emptyTail(row.fields);
  const whole = extra === 0 ? [fieldsPlan(seen, 0, 0, 0, 0), ...tableWidthPlans(score, seen, empties)] : [];
  const longer = extra > 0 ? longerPlans(seen, extra, empties) : [];
  const shorter = extra < 0 && -extra <= score.width / 2 ? [fieldsPlan(seen, 0, -extra, 0, 0)] : [];
  return [...whole, ...longer, ...shorter, ...cutPlans(score, row, empties)];
}

/** A quote without a partner leaves no fields to trust: then the line itself is read, quotes as plain characters. */
function literalPlan(score: Score, { raw, delimiter }: SeenRow): Plan | undefined {
  if (raw === undefined || !hasLoneQuote(raw)) return undefined;
  const seen = fragmentRow(cutLine(raw, delimiter), delimiter);
  const merges = seen.fragments.length - score.width;
  if (merges < 0 || merges > MOST_MERGES) return undefined;
  return { row: seen, merges, inserts: 0, lost: 0, reading: 'literal', cost: 0 };
}

function longerPlans(seen: FragmentRow, extra: number, empties: number): Plan[] {
  const merging = extra <= MOST_MERGES ? [fieldsPlan(seen, extra, 0, 0, 0)] : [];
  return empties >= extra ? [...merging, fieldsPlan(seen, 0, 0, 0, DROP)] : merging;
}

/** The width of the table was kept: what was too much fell off the end, what was missing was filled up with empties. */
function tableWidthPlans(score: Score, seen: FragmentRow, empties: number): Plan[] {
  const plans: Plan[] = [];
  for (let lost = 1; lost <= MOST_LOST && score.isOptional(score.width - lost); lost++) {
    plans.push(fieldsPlan(seen, lost, 0, lost, LOSE * lost));
  }
  for (let missing = 1; missing <= Math.min(empties, score.width / 2); missing++) {
    plans.push(fieldsPlan(seen, 0, missing, 0, DROP));
  }
  return plans;
}

/** A pair of stray quotes, or a lone one that the source did not hand over, has put several values into one field. */
function cutPlans(score: Score, { fields, delimiter }: SeenRow, empties: number): Plan[] {
  const row = fragmentRow(cutFields(fields, delimiter), delimiter);
  const swallowed = row.fragments.length - fields.length;
  const plans: Plan[] = [];
  // Each delimiter that was swallowed left the row one field shorter, or its table row with one more empty at the end.
  for (let dropped = 0; dropped <= empties; dropped++) {
    const cuts = score.width - fields.length + dropped;
    if (cuts < 1 || cuts > swallowed) continue;
    const merges = swallowed - cuts;
    if (merges <= MOST_MERGES) {
      plans.push({ row, merges, inserts: 0, lost: 0, reading: 'cut', cost: CUT + (dropped > 0 ? DROP : 0) });
    }
  }
  return plans;
}

function fieldsPlan(row: FragmentRow, merges: number, inserts: number, lost: number, cost: number): Plan {
  return { row, merges, inserts, lost, reading: 'fields', cost };
}

function fragmentRow(fragments: readonly Fragment[], delimiter: string): FragmentRow {
  return { fragments: fragments, delimiter, singles: [] };
}

function emptyTail(fields: readonly (string | null)[]): number {
  let count = 0;
  while (count < fields.length && (fields[fields.length - 1 - count] ?? '') === '') count++;
  return count;
}
