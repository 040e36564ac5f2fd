import type { LakeRecord } from '../../lake/text/record.ts';
import { likenessOf, type Likeness } from './shapes.ts';

/**
 * What healthy rows of the same part look like. It tells apart alignments that fit the contract equally well: of two
 * neighbouring ids, which one is the one that may be empty? Is a bare reference usual among the comments?
 */
export interface Profile {
  /** Healthy rows observed. */
  rows: number;
  readonly columns: readonly ColumnProfile[];
}

/** What one column held. */
export interface ColumnProfile {
  /** How many rows had a value. */
  filled: number;
  /** The values seen, numbered from `FIRST_WORD`; undefined once there are too many to call it a vocabulary. */
  words: Map<string, number> | undefined;
  /** What the values look like, and how many of them. */
  readonly likenesses: Map<Likeness, number>;
  /** Per row, `EMPTY`, `FILLED`, or the number of its word. */
  readonly traits: number[];
}

export const EMPTY = 0;
export const FILLED = 1;
const FIRST_WORD = 2;

const ENOUGH_ROWS = 2_000;
/** Fewer rows than this show no dependence. */
const FEWEST_ROWS = 30;
const MOST_WORDS = 40;
/** A vocabulary is believed when there are this many times more filled rows than different words. */
const REPETITIONS = 5;
const ENOUGH_VALUES = 30;
const LIKENESS = 0.6;
const MOST_SURPRISE = 3;
/** What never happened counts as having happened once (rule of succession): absence from a few rows proves little. */
const UNSEEN = 1;
/** The odds of dependences count for so much less than other evidence (as an exponent). */
const DEPENDENCE = 0.42;

const fillings = new WeakMap<Profile, { rows: number; empty: readonly number[]; filled: readonly number[] }>();

/** An empty profile; it favours no alignment over another. */
export function createProfile(width: number): Profile {
  const column = (): ColumnProfile => ({ filled: 0, words: new Map(), likenesses: new Map(), traits: [] });
  return { rows: 0, columns: Array.from({ length: width }, column) };
}

/** True once further rows teach nothing new. */
function isComplete(profile: Profile): boolean {
  return profile.rows >= ENOUGH_ROWS;
}

/** Learns from a healthy row (one field per column). Costs nothing once enough rows were seen. */
export function observe(profile: Profile, fields: readonly (string | null)[]): void {
  if (isComplete(profile)) return;
  profile.rows++;
  for (const [at, column] of profile.columns.entries()) learn(column, fields[at] ?? '');
}

/** Learns a profile only when it is asked for: most parts hold nothing that needs one. */
export class LazyProfile {
  readonly #profile: Profile;
  #waiting: Pick<LakeRecord, 'fields'>[] = [];
  #rows = 0;

  constructor(width: number) {
    this.#profile = createProfile(width);
  }

  /** True once further rows teach nothing new. */
  get isComplete(): boolean {
    return this.#rows >= ENOUGH_ROWS;
  }

  /** Remembers a healthy row. */
  observe(record: Pick<LakeRecord, 'fields'>): void {
    if (this.isComplete) return;
    this.#rows++;
    this.#waiting.push(record);
  }

  /** The profile of all rows observed so far. */
  get(): Profile {
    for (const { fields } of this.#waiting) observe(this.#profile, fields);
    this.#waiting = [];
    return this.#profile;
  }
}

/** The trait of a value in a column; words beyond the vocabulary are just `FILLED`. */
export function traitOf(column: ColumnProfile, value: string | null): number {
  return value === null || value === '' ? EMPTY : (column.words?.get(value) ?? FILLED);
}

/**
 * The improbability (negative logarithm) of something seen in so many of so many rows. Discounted, as the rare case is
 * rare but real: what is usual alone decides only at odds of about two hundred to one.
 */
export function surprise(seen: number, rows: number): number {
  return rows < FEWEST_ROWS ? 0 : -DEPENDENCE * Math.log((seen + UNSEEN) / (rows + 2 * UNSEEN));
}

/** The improbability that the column is empty, or filled; the same for both if nothing is known. */
export function surpriseOfFilling(profile: Profile, at: number, empty: boolean): number {
  let known = fillings.get(profile);
  if (known?.rows !== profile.rows) {
    const { rows, columns } = profile;
    known = {
      rows,
      empty: columns.map(({ filled }) => surprise(rows - filled, rows)),
      filled: columns.map(({ filled }) => surprise(filled, rows)),
    };
    fillings.set(profile, known);
  }
  return (empty ? known.empty[at] : known.filled[at]) ?? 0;
}

/** The improbability of a value that looks like this; undefined if the column had too few values to tell. */
export function surpriseOfLikeness(profile: Profile, at: number, likeness: Likeness): number | undefined {
  const column = profile.columns[at];
  if (column === undefined || column.filled < ENOUGH_VALUES) return undefined;
  return -LIKENESS * Math.log(((column.likenesses.get(likeness) ?? 0) + 0.5) / (column.filled + 1));
}

/** The improbability of a value that a column with a vocabulary never held. */
export function surpriseOfNewWord(profile: Profile, at: number): number {
  const column = profile.columns[at];
  return column?.words ? Math.min(MOST_SURPRISE, Math.log(column.filled / column.words.size)) : 0;
}

/** Whether a value belongs to the vocabulary of the column; undefined if the column has none. */
export function isKnownWord(profile: Profile, at: number, text: string): boolean | undefined {
  const column = profile.columns[at];
  if (!column?.words || column.filled < Math.max(ENOUGH_VALUES, column.words.size * REPETITIONS)) return undefined;
  return column.words.has(text);
}

function learn(column: ColumnProfile, value: string): void {
  if (value !== '') {
    column.filled++;
    const likeness = likenessOf(value);
    column.likenesses.set(likeness, (column.likenesses.get(likeness) ?? 0) + 1);
    if (column.words && !column.words.has(value)) column.words.set(value, FIRST_WORD + column.words.size);
    if (column.words && column.words.size > MOST_WORDS) column.words = undefined;
  }
  column.traits.push(traitOf(column, value));
}
