import type { Column } from '../../sources/contract/contract.ts';
import { isUnknownValue, isUsualId, parserOf, type FieldParser } from '../rows/values/kinds.ts';
import { isKnownWord, surpriseOfFilling, surpriseOfLikeness, surpriseOfNewWord, type Profile } from './profile.ts';
import { fitsShape, isAtomic, likenessOf, type Likeness } from './shapes.ts';

/**
 * How well values fit columns. Costs are roughly natural logarithms of odds, so they add up:
 * 0 is what a healthy row holds, 3 is seen in one row of twenty at most.
 */
export interface Score {
  readonly width: number;
  /** The cost of the value in the column; `INVALID` is part of it if the column cannot hold the value. */
  misfit(at: number, text: string | null): number;
  /** False if the parser refuses the value, or if a required value is empty. */
  accepts(at: number, text: string | null): boolean;
  /** The cost of reading two neighbouring fragments as one value with the delimiter restored. */
  join(at: number, before: string, after: string): number;
  /** The cost of delimiters within one field: those without a space behind them look like swallowed ones. */
  bareDelimiters(text: string, delimiter: string): number;
  /** True for free text: only there may a delimiter be part of the value. */
  isMergeable(at: number): boolean;
  /** True if a missing field may be put in, or an overflowing one lost. */
  isOptional(at: number): boolean;
  /** True for the mark that the row is deleted. */
  isDeletionMark(at: number): boolean;
  /** True if the column is a number; a decimal comma in it is not mended, but it competes with other readings. */
  isNumber(at: number): boolean;
}

/** The cost of a value that its column cannot hold. Such an alignment is no repair, but it competes with repairs. */
const INVALID = 4;

const LEADING_SPACE = 3;
const UNFIT_SHAPE = 3;
const UNLISTED = 3;
const KNOWN_WORD = -2;
const ABSENT_IN_DELETION = 0.5;
const MERGE = 1;
const MERGE_WITHOUT_SPACE = 0.7;
/** A delimiter without a space behind it within a field: swallowed, rather than written. */
const BARE_DELIMITER = 1.5;
const MERGE_WITH_EMPTY = 1.2;
const MERGE_IN_TOKEN = 2;
/** How odd a value of that likeness is in a text that does not ask for it. */
const ODD_IN_TEXT: Record<Likeness, number> = {
  id: 5,
  time: 4,
  email: 4,
  boolean: 3,
  amount: 2.5,
  reference: 2.5,
  currency: 1.5,
  number: 1,
  prose: 0,
  word: 0,
};

const LEADING_ZERO = /^[+-]?0\d/;

interface Field {
  readonly column: Column | undefined;
  readonly parse: FieldParser;
  readonly isKey: boolean;
  readonly isDeleted: boolean;
}

interface Layout {
  readonly fields: readonly Field[];
  /** The words of all enums of the row, lower case: odd in a free text. */
  readonly listed: ReadonlySet<string>;
}

const layouts = new WeakMap<readonly (Column | undefined)[], Layout>();

/** True if the columns can say that a row is deleted. */
export function canBeDeleted(columns: readonly (Column | undefined)[]): boolean {
  return columns.some((column) => column?.sql === 'deleted');
}

/**
 * The score of rows with these columns. With `deletion`, the row must say that it is deleted, and then needs only
 * its key (billing specification, "Which row wins").
 */
export function scoreOf(columns: readonly (Column | undefined)[], deletion: boolean, learned?: Profile): Score {
  const { fields, listed } = layoutOf(columns);
  const profile = deletion ? undefined : learned;
  const mayBeEmpty = (field: Field | undefined) =>
    (!field?.isKey || field.column?.required !== true) && (deletion ? !field?.isDeleted : field?.column?.required !== true);

  const accepts = (at: number, text: string | null): boolean => {
    const field = fields[at];
    if (text === null || text === '') return mayBeEmpty(field);
    // An address of the network is a text to the parser, but never what a shift brought under it.
    if (field?.column?.shape === 'ip_address' && !fitsShape('ip_address', text, 'word')) return false;
    const parsed = field?.parse(text);
    if (parsed === null) return mayBeEmpty(field);
    return parsed !== undefined && !(deletion && field?.isDeleted === true && parsed !== '1');
  };

  const misfit = (at: number, text: string | null): number => {
    const field = fields[at];
    if (field === undefined) return 0;
    if (text === null || text === '') return emptiness(field, at);
    const usual = profile ? surpriseOfFilling(profile, at, false) + vocabulary(profile, field, at, text) : 0;
    const space = text.charCodeAt(0) <= 32 ? LEADING_SPACE : 0;
    return usual + space + (accepts(at, text) ? oddity(field, at, text) : INVALID);
  };

  /** How unusual a valid value is in its column. */
  const oddity = ({ column, parse }: Field, at: number, text: string): number => {
    if (!isText(column)) return oddityOfValue(column, parse, text);
    const likeness = likenessOf(text);
    const learnt = profile && surpriseOfLikeness(profile, at, likeness);
    return learnt ?? oddityOfText(column, text, likeness, listed.has(text.toLowerCase()));
  };

  const emptiness = (field: Field, at: number): number => {
    if (!mayBeEmpty(field)) return INVALID;
    if (deletion) return field.column?.required === true ? ABSENT_IN_DELETION : 0;
    return profile ? surpriseOfFilling(profile, at, true) : 0;
  };

  return {
    width: columns.length,
    misfit,
    accepts,
    join: (at, before, after) => joinCost(fields[at]?.column, before, after),
    bareDelimiters,
    isMergeable: (at) => isText(fields[at]?.column) && fields[at]?.column?.shape !== 'ip_address',
    isOptional: (at) => mayBeEmpty(fields[at]) && fields[at]?.isDeleted !== true && fields[at]?.isKey !== true,
    isDeletionMark: (at) => fields[at]?.isDeleted === true,
    isNumber: (at) => fields[at]?.column?.kind === 'decimal' || fields[at]?.column?.kind === 'integer',
  };
}

function layoutOf(columns: readonly (Column | undefined)[]): Layout {
  const known = layouts.get(columns);
  if (known) return known;
  const layout: Layout = {
    fields: columns.map((column) => ({
      column,
      parse: column ? parserOf(column) : (text: string) => text,
      isKey: column?.sql === 'source_id' || column?.key === true,
      isDeleted: column?.sql === 'deleted',
    })),
    listed: new Set(columns.flatMap((column) => column?.values ?? []).map((value) => value.toLowerCase())),
  };
  layouts.set(columns, layout);
  return layout;
}

function isText(column: Column | undefined): boolean {
  return column === undefined || column.kind === 'text';
}

function oddityOfValue(column: Column | undefined, parse: FieldParser, text: string): number {
  switch (column?.kind) {
    case 'id':
      return isUsualId(text) ? 0 : /\d/.test(text) ? 2.5 : 4;
    case 'enum':
      return isUnknownValue(column, parse(text) ?? '') ? UNLISTED : 0;
    case 'date':
      return text.length === 10 ? 0 : 1.5;
    case 'instant':
      return text.length > 10 ? 0 : 1;
    case 'boolean':
      return text.length > 3 ? 0 : 0.7;
    case 'decimal':
    case 'integer':
      return LEADING_ZERO.test(text) ? 2 : 0;
    case 'currency':
    case 'text':
    case undefined:
      return 0;
  }
}

function oddityOfText(column: Column | undefined, text: string, likeness: Likeness, isListed: boolean): number {
  const word = isListed ? 1 : 0;
  if (column?.shape === undefined) return ODD_IN_TEXT[likeness] + word;
  if (!fitsShape(column.shape, text, likeness)) return UNFIT_SHAPE + Math.max(0, ODD_IN_TEXT[likeness] - 1);
  return likeness === 'currency' ? ODD_IN_TEXT.currency : word / 2;
}

function joinCost(column: Column | undefined, before: string, after: string): number {
  const token = isAtomic(column?.shape) ? MERGE_IN_TOKEN : 0;
  if (before === '' || after === '') return MERGE + MERGE_WITH_EMPTY + token + oddFragment(before) + oddFragment(after);
  // Prose puts a space behind a comma; a value of its own does not begin with one.
  const space = after.charCodeAt(0) <= 32 ? 0 : MERGE_WITHOUT_SPACE + oddFragment(after);
  return MERGE + token + space + oddFragment(before);
}

function bareDelimiters(text: string, delimiter: string): number {
  let cost = 0;
  for (const after of text.split(delimiter).slice(1)) {
    if (after !== '' && after.charCodeAt(0) > 32) cost += BARE_DELIMITER + oddFragment(after);
  }
  return cost;
}

function oddFragment(text: string): number {
  return text === '' ? 0 : ODD_IN_TEXT[likenessOf(text)];
}

function vocabulary(profile: Profile, field: Field, at: number, text: string): number {
  if (!isText(field.column)) return 0;
  const known = isKnownWord(profile, at, text);
  return known === undefined ? 0 : known ? KNOWN_WORD : surpriseOfNewWord(profile, at);
}
