import type { Structure } from './conditions.ts';
import type { Fact } from './facts.ts';
import { contractOf } from './facts.ts';
import type { Match } from './rule-set.ts';
import type { Rules } from './rules.ts';

/** Why a text has its value. */
export interface Explanation {
  readonly fact: Fact;
  readonly text: string;
  readonly value: string;
  /** The rule that fired; null if none matched. */
  readonly fired: Match | null;
  /** The rules that also matched, in the order in which they would have won. */
  readonly beaten: readonly Match[];
}

/** The rule that decides a fact of a text, and the rules that it beats. */
export function explain(rules: Rules, fact: Fact, text: string, structure: Structure = {}, brand = ''): Explanation {
  const [fired = null, ...beaten] = rules.of(fact).matches(text, structure, brand);
  return { fact, text, value: fired?.type ?? contractOf(fact).fallback, fired, beaten };
}
