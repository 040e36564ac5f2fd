import { EMPTY, FILLED, surprise, surpriseOfFilling, traitOf, type ColumnProfile, type Profile } from './profile.ts';

/** What another column tells about whether a column is empty: a credit balance refund has no payment. */
interface Habit {
  /** The column that tells. */
  readonly by: number;
  /** Per trait of that column, how many rows had it, and how many of them had the column empty. */
  readonly seen: ReadonlyMap<number, Tally>;
}

interface Tally {
  rows: number;
  empty: number;
}

/** How sure a habit must be (G statistic), so that chance does not make one: far beyond one in ten thousand. */
const CERTAINTY = 25;
const CERTAINTY_PER_TRAIT = 3;

const learnt = new WeakMap<Profile, { rows: number; habits: readonly (Habit | undefined)[] }>();

/**
 * How much less (or more) usual the row is than its columns are one by one, as a cost to add to theirs. This needs the
 * whole row, so the alignment cannot count it on its way.
 */
export function costOfHabits(profile: Profile, values: readonly (string | null)[]): number {
  let cost = 0;
  for (const [at, habit] of habitsOf(profile).entries()) {
    const column = habit && profile.columns[habit.by];
    if (!column) continue;
    const tally = habit.seen.get(wordTrait(column, traitOf(column, values[habit.by] ?? null)));
    if (!tally) continue;
    const empty = (values[at] ?? '') === '';
    cost += surprise(empty ? tally.empty : tally.rows - tally.empty, tally.rows) - surpriseOfFilling(profile, at, empty);
  }
  return cost;
}

/** Per column the most telling habit, if there is one; made anew when the profile has grown. */
function habitsOf(profile: Profile): readonly (Habit | undefined)[] {
  const known = learnt.get(profile);
  if (known?.rows === profile.rows) return known.habits;
  const habits = profile.columns.map((column, at) =>
    column.filled === 0 || column.filled === profile.rows ? undefined : mostTelling(profile, at),
  );
  learnt.set(profile, { rows: profile.rows, habits });
  return habits;
}

function mostTelling(profile: Profile, at: number): Habit | undefined {
  let best: { habit: Habit; gain: number } | undefined;
  for (const by of profile.columns.keys()) {
    if (by === at) continue;
    const seen = tallyOf(profile, at, by);
    const gain = certaintyOf(profile, at, seen) - CERTAINTY - CERTAINTY_PER_TRAIT * seen.size;
    if (gain > (best?.gain ?? 0)) best = { habit: { by, seen }, gain };
  }
  return best?.habit;
}

function tallyOf(profile: Profile, at: number, by: number): Map<number, Tally> {
  const seen = new Map<number, Tally>();
  const column = profile.columns[by];
  if (!column) return seen;
  const traits = profile.columns[at]?.traits ?? [];
  for (const [row, trait] of column.traits.entries()) {
    const word = wordTrait(column, trait);
    let tally = seen.get(word);
    if (!tally) seen.set(word, (tally = { rows: 0, empty: 0 }));
    tally.rows++;
    if (traits[row] === EMPTY) tally.empty++;
  }
  return seen;
}

/** The traits of early rows may name words of a vocabulary that has been given up since. */
function wordTrait(column: ColumnProfile, trait: number): number {
  return column.words === undefined ? Math.min(trait, FILLED) : trait;
}

/** The G statistic of independence. */
function certaintyOf(profile: Profile, at: number, seen: ReadonlyMap<number, Tally>): number {
  const share = 1 - (profile.columns[at]?.filled ?? 0) / profile.rows;
  let sum = 0;
  for (const { rows, empty } of seen.values()) {
    sum += term(empty, rows * share) + term(rows - empty, rows * (1 - share));
  }
  return 2 * sum;
}

function term(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}
