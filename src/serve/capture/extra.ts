import type { FormPair } from '../../leads/pairs.ts';

const MOST_PAIRS = 50;
/** Divisible by 4, so that base64 stays whole. */
const LONGEST = 500;
const SECRET = /pass(?:word|wd|phrase|code)?|pwd|card|cvc|cvv|iban|ssn/i;

/**
 * Pairs that no form declares, as a record keeps them: at most 50, 500 characters each, and none whose name looks as if
 * it held a secret (serve specification, "Lead capture").
 */
export function extraPairs(pairs: readonly FormPair[]): FormPair[] {
  return pairs.filter(([name]) => !SECRET.test(name)).slice(0, MOST_PAIRS).map(shortened);
}

function shortened(pair: FormPair): FormPair {
  const name = cut(pair[0]);
  return pair[1] === null ? [name, null, pair[2].slice(0, LONGEST)] : [name, cut(pair[1])];
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : text.slice(0, LONGEST).toWellFormed();
}
