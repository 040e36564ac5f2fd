import { measureAccuracy, type Accuracy } from '../../src/enriched/accuracy.ts';

/** One decision beside what is true. */
export interface Decision {
  /** A text, or an id, by which a person finds the record. */
  readonly text: string;
  readonly expect: string;
  readonly got: string;
}

/** How well a fact is told, from one source. */
export interface FactAccuracy {
  readonly fact: string;
  /** `labels`, `held-out labels`, `truth`, or `truth, unlisted wordings`. */
  readonly source: string;
  readonly accuracy: Accuracy;
}

/** Measures decisions of a fact; `fallback` is the value that says "no rule matches". */
export function compare(fact: string, source: string, decisions: readonly Decision[], fallback = 'unclassified'): FactAccuracy {
  return { fact, source, accuracy: measureAccuracy(decisions, ({ got }) => got, fallback) };
}
