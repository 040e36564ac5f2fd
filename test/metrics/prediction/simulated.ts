import { addDays, addMonths, type LocalDate } from '../../../src/core/time.ts';
import type { PurchaseHistory } from '../../../src/metrics/prediction/purchases.ts';
import type { Spell } from '../../../src/metrics/prediction/spell.ts';

/** Random numbers from a seed (mulberry32), so that a simulation is the same in each run. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A gamma variate of a shape and rate (Marsaglia & Tsang 2000). */
function gammaOf(random: () => number, shape: number, rate = 1): number {
  if (shape < 1) return gammaOf(random, shape + 1, rate) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random()) < normal ** 2 / 2 + d - d * v + d * Math.log(v)) return (d * v) / rate;
  }
}

function betaOf(random: () => number, a: number, b: number): number {
  const [one, other] = [gammaOf(random, a), gammaOf(random, b)];
  return one / (one + other);
}

/** First spells of customers who follow sBG, ten of them beginning on each of a row of months. */
export function spellsOf(customers: number, { alpha, beta, months, first, asOf }: { alpha: number; beta: number; months: number; first: LocalDate; asOf: LocalDate }, seed = 1): Spell[] {
  const random = randomOf(seed);
  return Array.from({ length: customers }, (_item, index) => {
    const chance = betaOf(random, alpha, beta);
    const from = addMonths(first, index % 10);
    let period = 1;
    while (random() >= chance && period < 1_000) period++;
    const churned = addMonths(from, period * months);
    return { customer: `c${index}`, from, churned: churned <= asOf ? churned : null };
  });
}

/** Purchases of customers who follow BG/NBD and Gamma-Gamma, all known for so many weeks or half of that. */
export function historiesOf(
  customers: number,
  { r, alpha, a, b, p, q, gamma }: Readonly<Record<'r' | 'alpha' | 'a' | 'b' | 'p' | 'q' | 'gamma', number>>,
  { asOf, weeks }: { asOf: LocalDate; weeks: number },
  seed = 1,
): PurchaseHistory[] {
  const random = randomOf(seed);
  return Array.from({ length: customers }, (_item, index) => {
    const [rate, leaving, mean] = [gammaOf(random, r, alpha), betaOf(random, a, b), gammaOf(random, q, gamma)];
    const known = Math.floor((index % 2 === 0 ? weeks : weeks / 2) * 7);
    const amount = (): number => Math.max(1, Math.floor(gammaOf(random, p, mean) * 100));
    const days = new Map<number, number>([[0, amount()]]);
    for (let day = 0; random() >= (day === 0 ? 0 : leaving); ) {
      day += (-Math.log(1 - random()) / rate) * 7;
      if (day > known) break;
      days.set(Math.floor(day), amount());
    }
    return { customer: `c${index}`, purchases: [...days].sort(([one], [other]) => one - other).map(([day, sum]) => ({ day: addDays(asOf, day - known), amount: sum })) };
  });
}
