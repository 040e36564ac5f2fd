/**
 * Divides a whole amount in proportion to weights, by largest remainder: every share is rounded down, and the units that
 * are left go to the largest fractions, the earlier one on a tie. The shares add up to the amount, and none exceeds its
 * weight unless the amount exceeds their sum. Without any weight nothing can be divided: all shares are 0.
 *
 * @param amount minor units, 0 or more
 * @param weights minor units, 0 or more, in an order that does not depend on how rows were read
 */
export function shares(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (amount === 0 || sum === 0) return weights.map(() => 0);
  const parts = weights.map((weight, index) => ({ index, ...divide(amount, weight, sum) }));
  const result = parts.map(({ whole }) => whole);
  const left = amount - result.reduce((total, share) => total + share, 0);
  const byFraction = parts.sort((a, b) => b.fraction - a.fraction || a.index - b.index);
  for (const { index } of byFraction.slice(0, left)) result[index] = (result[index] ?? 0) + 1;
  return result;
}

/** `amount × weight ÷ sum`, exact also where the product is beyond what a number holds. */
function divide(amount: number, weight: number, sum: number): { whole: number; fraction: number } {
  const product = amount * weight;
  if (Number.isSafeInteger(product)) {
    const fraction = product % sum;
    return { whole: (product - fraction) / sum, fraction };
  }
  const exact = BigInt(amount) * BigInt(weight);
  return { whole: Number(exact / BigInt(sum)), fraction: Number(exact % BigInt(sum)) };
}
