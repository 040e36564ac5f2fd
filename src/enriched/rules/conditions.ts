import { squash } from '../../core/text/text.ts';
import type { ConditionKind } from './facts.ts';
import { Memo } from './memo.ts';
import type { ConditionSpec } from './schema.ts';

/** The structured fields beside a text, by the names that the rules use: `{ charge_type: 'Recurring', amount: 990 }`. */
export type Structure = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A condition of a rule. */
export interface Condition {
  /** The field that it asks for. */
  readonly field: string;
  readonly kind: ConditionKind;
  readonly holds: (structure: Structure) => boolean;
}

type Value = Structure[string];
const KEPT_WORDS = 100;
const SIGNS: Readonly<Record<string, (value: number) => boolean>> = {
  positive: (value) => value > 0,
  negative: (value) => value < 0,
  zero: (value) => value === 0,
  not_zero: (value) => value !== 0,
  not_positive: (value) => value <= 0,
  not_negative: (value) => value >= 0,
};

/**
 * Compiles one condition of the `when` of a rule. On a missing value none holds, except `missing` itself.
 *
 * @throws Error with a plain message if a condition does not fit its field
 */
export function compileCondition(field: string, kind: ConditionKind, spec: ConditionSpec): Condition {
  if (spec === 'missing') return { field, kind, holds: (structure) => isMissing(structure[field]) };
  const test = compileTest(kind, spec);
  if (test === undefined) throw new Error(`${field} ${ADVICE[kind]}`);
  return {
    field,
    kind,
    holds: (structure) => {
      const value = structure[field];
      return !isMissing(value) && test(value);
    },
  };
}

const ADVICE: Readonly<Record<ConditionKind, string>> = {
  flag: 'must be true or false',
  number: 'must be positive, negative, zero, not_zero, not_positive, not_negative, missing or {at_least, at_most}',
  word: 'must be a word or a list of words',
};

function compileTest(kind: ConditionKind, spec: ConditionSpec): ((value: Value) => boolean) | undefined {
  switch (kind) {
    case 'flag':
      return typeof spec === 'boolean' ? (value) => value === spec : undefined;
    case 'number':
      return compileNumber(spec);
    case 'word':
      return typeof spec === 'string' || Array.isArray(spec) ? compileWord([spec].flat()) : undefined;
  }
}

function compileNumber(spec: ConditionSpec): ((value: Value) => boolean) | undefined {
  if (typeof spec === 'string') {
    const sign = SIGNS[spec];
    return sign && ((value) => typeof value === 'number' && sign(value));
  }
  if (typeof spec !== 'object' || Array.isArray(spec)) return undefined;
  const { at_least = -Infinity, at_most = Infinity } = spec;
  return (value) => typeof value === 'number' && value >= at_least && value <= at_most;
}

/**
 * Words of the platform are compared without case and signs; a `*` at the end stands for any rest. They are few and
 * come with every row, so answers are kept.
 */
function compileWord(words: readonly string[]): (value: Value) => boolean {
  const exact = new Set(words.filter((word) => !word.endsWith('*')).map(squash));
  const prefixes = words.filter((word) => word.endsWith('*')).map(squash);
  const answers = new Memo<boolean>(KEPT_WORDS);
  return (value) => {
    const key = String(value);
    let answer = answers.get(key);
    if (answer === undefined) {
      const word = squash(key);
      answer = exact.has(word) || prefixes.some((prefix) => word.startsWith(prefix));
      answers.set(key, answer);
    }
    return answer;
  };
}

function isMissing(value: Value): value is null | undefined {
  return value === null || value === undefined || value === '';
}
