/** What a rule says of a subject. `below_base`: too little to judge, which is neither good nor bad. */
export type Finding = 'firing' | 'ok' | 'below_base' | 'not_evaluated';

/** What a rule found of a subject. */
export interface Verdict {
  /** A hash of the rule's subject. */
  readonly subjectId: string;
  /** For people: `alpina, SKU-1, main`. */
  readonly subject: string;
  readonly brand: string | null;
  readonly finding: Finding;
  /** For people; null if there is none. */
  readonly value: string | null;
  readonly threshold: string | null;
  /** Why it is not evaluated. */
  readonly reason: string | null;
}
