/** A text with the value that a person gave it. */
export interface Label {
  readonly text: string;
  readonly expect: string;
}

/** How often a class was given, and how often rightly. Null where there is nothing to divide by. */
export interface ClassAccuracy {
  readonly labelled: number;
  readonly given: number;
  readonly right: number;
  /** Of those given, the part that is right. */
  readonly precision: number | null;
  /** Of those labelled, the part that was found. */
  readonly recall: number | null;
}

/** A label that the classifier does not agree with. */
export interface Mistake {
  readonly text: string;
  readonly expect: string;
  readonly got: string;
}

/** How well a classifier agrees with labels. */
export interface Accuracy {
  readonly total: number;
  readonly right: number;
  /** A class other than the expected one was given: the costly mistake. */
  readonly wrong: readonly Mistake[];
  /** The fallback was given where the label is a class. */
  readonly missed: readonly Mistake[];
  /** Missed labels as a part of the labels that are a class; 0 if there are none. */
  readonly missedShare: number;
  readonly classes: Readonly<Record<string, ClassAccuracy>>;
}

/**
 * Compares a classifier with labels.
 *
 * @param fallback the value that says "no rule matches": giving it is a miss, giving a class instead of it is wrong
 */
export function measureAccuracy<Row extends Label>(
  labels: readonly Row[],
  classify: (label: Row) => string,
  fallback = 'unclassified',
): Accuracy {
  const counts = new Map<string, { labelled: number; given: number; right: number }>();
  const countOf = (value: string): { labelled: number; given: number; right: number } => {
    const count = counts.get(value) ?? { labelled: 0, given: 0, right: 0 };
    counts.set(value, count);
    return count;
  };
  const wrong: Mistake[] = [];
  const missed: Mistake[] = [];
  let right = 0;
  for (const label of labels) {
    const { text, expect } = label;
    const got = classify(label);
    countOf(expect).labelled++;
    countOf(got).given++;
    if (got === expect) {
      countOf(got).right++;
      right++;
    } else {
      (got === fallback ? missed : wrong).push({ text, expect, got });
    }
  }
  const labelledAsClass = labels.length - (counts.get(fallback)?.labelled ?? 0);
  const classes = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => [value, accuracyOf(count)]);
  return {
    total: labels.length,
    right,
    wrong,
    missed,
    missedShare: labelledAsClass === 0 ? 0 : missed.length / labelledAsClass,
    classes: Object.fromEntries(classes) as Record<string, ClassAccuracy>,
  };
}

function accuracyOf(count: { labelled: number; given: number; right: number }): ClassAccuracy {
  return {
    ...count,
    precision: count.given === 0 ? null : count.right / count.given,
    recall: count.labelled === 0 ? null : count.right / count.labelled,
  };
}
