/** Coefficients of Lanczos' approximation with g = 7 and nine terms (Godfrey): relative error below 1e-15 for x ≥ 0.5. */
const G = 7;
const FIRST = 0.99999999999980993;
const COEFFICIENTS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
];
const HALF_LOG_TWO_PI = 0.9189385332046727;

/** The natural logarithm of the gamma function of a number above 0. */
export function logGamma(x: number): number {
  // Below a half the approximation loses digits: Γ(x) = Γ(x + 1) ÷ x.
  if (x < 0.5) return logGamma(x + 1) - Math.log(x);
  const shifted = x - 1;
  const base = shifted + G + 0.5;
  let series = FIRST;
  for (let index = 1; index <= COEFFICIENTS.length; index++) series += (COEFFICIENTS[index - 1] as number) / (shifted + index);
  return HALF_LOG_TWO_PI + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/** The natural logarithm of the beta function of two numbers above 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}
