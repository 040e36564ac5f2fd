import type { Score } from './score.ts';
import { isQuoted, unquote, withoutEdgeQuotes, type Fragment } from './tokens.ts';

/** A row in fragments; plans over the same fragments share what is known of them. */
export interface FragmentRow {
  readonly fragments: readonly Fragment[];
  readonly delimiter: string;
  /** Per column and fragment, that fragment alone as the value of that column. */
  readonly singles: (Take | undefined)[];
}

/**
 * One hypothesis of what happened to a row: how many delimiters to restore, or fields to put in, and what became of
 * the end. Restoring and putting in exclude each other, else a bad amount could be moved into a comment and a null
 * be put in its place.
 */
export interface Plan {
  readonly row: FragmentRow;
  /** How many neighbouring fragments to join, all in all. */
  readonly merges: number;
  /** How many missing fields to put in. */
  readonly inserts: number;
  /** How many of the last columns get no value, as the table had no room for it. */
  readonly lost: number;
  /** `fields`: fragments are fields. `cut`: only fragments of one field are joined again. `literal`: quotes are characters. */
  readonly reading: 'fields' | 'cut' | 'literal';
  /** The cost of the hypothesis itself. */
  readonly cost: number;
}

/** A reading of a row, one value for each column. */
export interface Alignment {
  readonly cost: number;
  readonly values: readonly (string | null)[];
  /** Per column, how many fragments it took: 0 is a missing field. */
  readonly taken: readonly number[];
  /** The first column that cannot hold its value; undefined if the alignment is a repair. */
  readonly invalidAt: number | undefined;
}

/** The value that a column would take, with its cost. */
interface Take {
  readonly cost: number;
  readonly value: string | null;
  /** How many fragments it is made of. */
  readonly taken: number;
  readonly valid: boolean;
}

/** The last value of a reading of the first columns; its cost is that of all of them. */
interface Step extends Take {
  readonly previous: Step | undefined;
  /** How many values their columns cannot hold. */
  readonly faults: number;
}

const INSERT = 1;
/** A decimal comma without quotes. It cannot be stored, yet it is likelier than a comment that begins with an amount. */
const SPLIT_NUMBER = 1;
/**
 * How many readings of a prefix are followed. Two would do to tell a clear best from a tie, as of three the dearest is
 * never first or second; the others are there for what only a whole row tells.
 */
const KEPT = 6;
/** A reading with more values that do not fit explains nothing. */
const MOST_FAULTS = 2;

/**
 * The few cheapest different readings of a row under a plan, by dynamic programming over columns × edits so far.
 * Time: columns × edits², whatever the number of readings. Readings dearer than the limit are not followed.
 */
export function align(score: Score, plan: Plan, limit: number): Alignment[] {
  const columns = score.width - plan.lost;
  const budget = plan.merges + plan.inserts;
  let states: Step[][] = [[{ cost: plan.cost, value: null, taken: 1, valid: true, previous: undefined, faults: 0 }]];
  for (let at = 0; at < columns; at++) {
    const next: Step[][] = Array.from({ length: budget + 1 }, () => []);
    for (let edits = 0; edits <= budget; edits++) {
      const steps = states[edits];
      if (steps === undefined || steps.length === 0) continue;
      const from = at + (plan.inserts > 0 ? -edits : edits);
      if (plan.inserts > 0 && edits < budget && score.isOptional(at)) insert(score, at, steps, next[edits + 1], limit);
      const most = Math.min(plan.merges === 0 ? 1 : budget - edits + 1, plan.row.fragments.length - from);
      for (let count = 1; count <= most; count++) {
        const take = count === 1 ? single(score, plan, at, from) : several(score, plan, at, from, count);
        if (take) for (const step of steps) keepCheapest(next[edits + count - 1], step, take, limit);
      }
    }
    states = next;
  }
  return (states[budget] ?? []).map((step) => finish(score.width, step));
}

/** A null in front of an empty field equals one behind it: only the first form is followed, so that no row counts twice. */
function insert(score: Score, at: number, steps: readonly Step[], target: Step[] | undefined, limit: number): void {
  const take: Take = { cost: INSERT + score.misfit(at, null), value: null, taken: 0, valid: true };
  for (const step of steps) {
    const twin = step.taken > 0 && isEmpty(step.value) && at > 0 && score.isOptional(at - 1);
    if (!twin) keepCheapest(target, step, take, limit);
  }
}

function single(score: Score, plan: Plan, at: number, from: number): Take | undefined {
  const { fragments: fragments, singles } = plan.row;
  const place = at * fragments.length + from;
  const text = fragments[from]?.text ?? null;
  // Where values fell off the end, an empty mark may be another column's: the row's own may say that it is deleted.
  if (plan.lost > 0 && isEmpty(text) && score.isDeletionMark(at)) return undefined;
  return (singles[place] ??= plan.reading === 'literal' ? literal(score, at, text ?? '', []) : whole(score, plan, at, text, 1));
}

function several(score: Score, plan: Plan, at: number, from: number, count: number): Take | undefined {
  const fragments = plan.row.fragments.slice(from, from + count);
  const joined = () => fragments.map((fragment) => fragment.text ?? '').join(plan.row.delimiter);
  if (plan.reading === 'literal') return score.isMergeable(at) || isQuoted(joined()) ? literal(score, at, joined(), fragments) : undefined;
  if (plan.reading === 'fields') return merged(score, at, joined, fragments);
  return fragments.every((fragment, index) => index === 0 || fragment.inside) ? whole(score, plan, at, joined(), count) : undefined;
}

/** A value that the reader saw as one, or as part of one field. */
function whole(score: Score, { row: { delimiter } }: Plan, at: number, text: string | null, count: number): Take {
  return valued(score, at, text, count, text?.includes(delimiter) === true ? score.bareDelimiters(text, delimiter) : 0);
}

/** A stretch of a raw line: quoted as a whole it costs nothing, a bare delimiter in it does. */
function literal(score: Score, at: number, text: string, fragments: readonly Fragment[]): Take {
  const count = Math.max(1, fragments.length);
  if (isQuoted(text)) return valued(score, at, unquote(text), count, 0);
  const value = score.isMergeable(at) ? unquote(text) : withoutEdgeQuotes(text);
  const joints = isQuoted(text.slice(1)) ? 0 : costOfJoints(score, at, fragments);
  return valued(score, at, value, count, joints);
}

function merged(score: Score, at: number, text: () => string, fragments: readonly Fragment[]): Take | undefined {
  if (score.isMergeable(at)) return valued(score, at, text(), fragments.length, costOfJoints(score, at, fragments));
  if (!score.isNumber(at) || !isSplitNumber(fragments)) return undefined;
  return { cost: SPLIT_NUMBER, value: text(), taken: fragments.length, valid: false };
}

function costOfJoints(score: Score, at: number, fragments: readonly Fragment[]): number {
  let cost = 0;
  for (let index = 1; index < fragments.length; index++) {
    cost += score.join(at, fragments[index - 1]?.text ?? '', fragments[index]?.text ?? '');
  }
  return cost;
}

function valued(score: Score, at: number, value: string | null, taken: number, cost: number): Take {
  return { cost: cost + score.misfit(at, value), value, taken, valid: score.accepts(at, value) };
}

/** `49,90` with a decimal comma, or `1,234.50` with a comma between thousands; `90,98.00` is no number in any notation. */
function isSplitNumber(fragments: readonly Fragment[]): boolean {
  return fragments.length === 2 && /^[+-]?\d+$/.test(fragments[0]?.text ?? '') && /^(?:\d{1,2}|\d{3}(?:\.\d+)?)$/.test(fragments[1]?.text ?? '');
}

function keepCheapest(steps: Step[] | undefined, previous: Step, take: Take, limit: number): void {
  const faults = previous.faults + (take.valid ? 0 : 1);
  if (steps === undefined || faults > MOST_FAULTS) return;
  const cost = previous.cost + take.cost;
  if (cost > limit) return;
  let place = steps.length;
  while (place > 0 && (steps[place - 1]?.cost ?? 0) > cost) place--;
  if (place >= KEPT) return;
  steps.splice(place, 0, { cost, value: take.value, taken: take.taken, valid: take.valid, previous, faults });
  if (steps.length > KEPT) steps.pop();
}

function finish(width: number, last: Step): Alignment {
  const steps: Step[] = [];
  for (let step = last; step.previous; step = step.previous) steps.push(step);
  steps.reverse();
  const values = steps.map((step) => (isEmpty(step.value) ? null : step.value));
  while (values.length < width) values.push(null);
  const invalidAt = steps.findIndex((step) => !step.valid);
  return {
    cost: last.cost,
    values,
    taken: steps.map((step) => step.taken),
    invalidAt: invalidAt < 0 ? undefined : invalidAt,
  };
}

function isEmpty(value: string | null): boolean {
  return value === null || value === '';
}
