import { tokens } from '../../core/text/text.ts';

interface Term<Value> {
  readonly words: readonly string[];
  readonly values: Value[];
}

/** A shorter term is not looked for: `à` would be SKU A. */
const SHORTEST = 3;

/**
 * Terms that are found in free text on token boundaries, whatever their case, accents and separators. Where one term
 * holds another, the longer counts.
 */
export class Terms<Value> {
  /** By the first word; the longest first. */
  readonly #byFirst = new Map<string, Term<Value>[]>();

  constructor(entries: Iterable<readonly [text: string, value: Value]>) {
    const terms = new Map<string, Term<Value>>();
    for (const [text, value] of entries) {
      const words = tokens(text);
      const key = words.join(' ');
      const term = terms.get(key);
      if (term !== undefined) term.values.push(value);
      else if (words.join('').length >= SHORTEST) terms.set(key, { words, values: [value] });
    }
    for (const term of terms.values()) {
      const [first = ''] = term.words;
      const group = this.#byFirst.get(first);
      if (group === undefined) this.#byFirst.set(first, [term]);
      else group.push(term);
    }
    for (const group of this.#byFirst.values()) group.sort((a, b) => b.words.length - a.words.length);
  }

  /** What the terms in a text stand for, from left to right. */
  find(text: string): Value[] {
    const words = tokens(text);
    const found: Value[] = [];
    for (let at = 0; at < words.length; ) {
      const term = this.#byFirst.get(words[at] ?? '')?.find((candidate) => candidate.words.every((word, i) => words[at + i] === word));
      if (term !== undefined) found.push(...term.values);
      at += term?.words.length ?? 1;
    }
    return found;
  }
}
