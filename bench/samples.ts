/** The least, middle and greatest of some samples. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/**
 * The spread of the samples. The median of an even number of samples is the mean of the middle two.
 * @throws Error if there are none
 */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.ceil((sorted.length - 1) / 2)];
  if (min === undefined || max === undefined || low === undefined || high === undefined) throw new Error('There are no samples.');
  return { min, median: (low + high) / 2, max };
}

/** How two works compare: the ratio of their medians, and the ratio of each round by itself. */
export interface Comparison {
  readonly value: number;
  readonly rounds: readonly number[];
}

/** Compares two works that took turns. @throws Error if there are no samples */
export function ratioOf(over: readonly number[], under: readonly number[]): Comparison {
  return {
    value: spreadOf(over).median / spreadOf(under).median,
    rounds: over.map((value, round) => value / (under[round] ?? Number.NaN)),
  };
}

/** What is demanded of a value. */
export type Limit = { readonly atLeast: number } | { readonly atMost: number };

/** Whether a value meets a limit, and by how much: a margin of 1.2 is 20 % better than demanded, 0.8 is 20 % short of it. */
export function judge(value: number, limit: Limit): { readonly met: boolean; readonly margin: number } {
  const margin = 'atLeast' in limit ? value / limit.atLeast : limit.atMost / value;
  return { met: margin >= 1, margin };
}
