const MOST_TERMS = 1_000_000;
const PRECISION = 1e-14;

/**
 * Gauss's hypergeometric function ₂F₁(a, b; c; z) by its series, for 0 ≤ z < 1 and c no whole number below 1. NaN where
 * the series does not come to an end.
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  let [sum, term] = [1, 1];
  for (let n = 0; n < MOST_TERMS; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
    if (!Number.isFinite(sum)) return NaN;
    // What is left is about term × z ÷ (1 − z): near 1 small terms are many.
    if (Math.abs(term) <= PRECISION * Math.abs(sum) * (1 - z)) return sum;
  }
  return NaN;
}
