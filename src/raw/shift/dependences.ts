import { EMPTY, FILLED, surprise, surpriseOfFilling, traitOf, type ColumnProfile, type Profile } from './profile.ts';

/** What another column tells about whether a column is empty: a credit balance refund has no payment. */
interface Dependence {
  /** The column that tells. */
  readonly by: number;
  /** Per trait of that column, how improbable an empty and a filled value are. */
  readonly costs: ReadonlyMap<number, { readonly empty: number; readonly filled: number }>;
}

/** How many rows had a trait, and how many of them had the column empty. */
interface Tally {
  rows: number;
  empty: number;
}

/** How sure a dependence must be (G statistic), so that chance does not make one: far beyond one in ten thousand. */
const CERTAINTY = 25;
const CERTAINTY_PER_TRAIT = 3;

const learnt = new WeakMap<Profile, { rows: number; dependences: readonly (Dependence | undefined)[] }>();

/**
 * What to add to the cost of a row so that only its most unusual column counts, in the light of the columns that tell
 * about it, where the alignment could only sum up all columns one by one. Two columns that are rarely empty are not
 * so rarely empty together, so their improbabilities do not add up.
 */
export function costOfDependences(profile: Profile, values: readonly (string | null)[]): number {
  const dependences = dependencesOf(profile);
  let sum = 0;
  let most = 0;
  for (const [at, value] of values.entries()) {
    const empty = value === null || value === '';
    const alone = surpriseOfFilling(profile, at, empty);
    sum += alone;
    most = Math.max(most, surpriseGiven(profile, dependences[at], values, empty) ?? alone);
  }
  return most - sum;
}

function surpriseGiven(
  profile: Profile,
  dependence: Dependence | undefined,
  values: readonly (string | null)[],
  empty: boolean,
): number | undefined {
  const column = dependence && profile.columns[dependence.by];
  const costs = column && dependence.costs.get(wordTrait(column, traitOf(column, values[dependence.by] ?? null)));
  return costs && (empty ? costs.empty : costs.filled);
}

/** Per column the most telling other column, if there is one; made anew when the profile has grown. */
function dependencesOf(profile: Profile): readonly (Dependence | undefined)[] {
  const known = learnt.get(profile);
  if (known?.rows === profile.rows) return known.dependences;
  const dependences = profile.columns.map((column, at) =>
    column.filled === 0 || column.filled === profile.rows ? undefined : mostTelling(profile, at),
  );
  learnt.set(profile, { rows: profile.rows, dependences: dependences });
  return dependences;
}

function mostTelling(profile: Profile, at: number): Dependence | undefined {
  let best: { by: number; seen: ReadonlyMap<number, Tally>; gain: number } | undefined;
  for (const by of profile.columns.keys()) {
    if (by === at) continue;
    const seen = tallyOf(profile, at, by);
    const gain = certaintyOf(profile, at, seen) - CERTAINTY - CERTAINTY_PER_TRAIT * seen.size;
    if (gain > (best?.gain ?? 0)) best = { by, seen, gain };
  }
  if (!best) return undefined;
  const costs = [...best.seen].map(([trait, { rows, empty }]) => {
    return [trait, { empty: surprise(empty, rows), filled: surprise(rows - empty, rows) }] as const;
  });
  return { by: best.by, costs: new Map(costs) };
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
