import { add, fraction, roundHalfEven, type Fraction } from '../../core/fraction.ts';
import { byKey } from '../../core/compare.ts';
import { mrrSteps, type MrrStep } from '../../metrics/mrr/bridge.ts';
import type { PersonBridge } from '../../metrics/person-bridge.ts';
import type { Listed } from '../counts/bridge.ts';
import { mrrReasons } from '../counts/reasons.ts';

/** What a step changes, and in how many subscriptions. */
interface MrrChange {
  readonly reason: MrrStep;
  readonly title: string;
  /** Signed, in minor units: billing + Σ changes = hub. */
  readonly amount: number;
  readonly subscriptions: number;
}

/** MRR of a brand in one currency: billing's own field, why hub has another figure, what hub has. Minor units. */
export interface MrrResult {
  readonly brand: string;
  readonly currency: string;
  readonly billing: number;
  readonly hub: number;
  readonly changes: readonly MrrChange[];
}

interface Sums {
  readonly brand: string;
  readonly currency: string;
  billing: number;
  hub: number;
  readonly steps: Map<MrrStep, { amount: Fraction; subscriptions: number }>;
}

/** What is listed where a difference is of no single subscription. */
const NO_CHAIN = '(no single subscription)';

/** Adds up the bridges of chains by brand and currency, exact until the end: the order in which they come changes nothing. */
export class MrrTally {
  readonly #sums = new Map<string, Sums>();
  readonly #wanted: (reason: MrrStep) => boolean;
  readonly listed: Listed[] = [];

  /** @param wanted the reasons whose subscriptions are listed */
  constructor(wanted: (reason: MrrStep) => boolean) {
    this.#wanted = wanted;
  }

  add({ brand, market, currency, chainId, billing, hub, steps }: PersonBridge): void {
    const sums = this.#of(brand, currency);
    sums.billing += billing;
    sums.hub += hub;
    for (const [reason, amount] of steps) this.#step(sums, reason, amount, { market, id: chainId });
  }

  /** What billing has in all; what of it belongs to no chain that was added is unexplained. */
  billing(brand: string, currency: string, amount: number): void {
    const sums = this.#of(brand, currency);
    const beyond = amount - sums.billing;
    sums.billing = amount;
    if (beyond !== 0) this.#step(sums, 'unexplained', fraction(-beyond), { market: null, id: NO_CHAIN });
  }

  currenciesOf(brand: string): string[] {
    return [...this.#sums.values()].flatMap((sums) => (sums.brand === brand ? [sums.currency] : []));
  }

  get rows(): MrrResult[] {
    return [...this.#sums].sort(byKey).map(([, sums]) => rowOf(sums)).filter(({ billing, hub, changes }) => billing !== 0 || hub !== 0 || changes.length > 0);
  }

  #step(sums: Sums, reason: MrrStep, amount: Fraction, { market, id }: Pick<Listed, 'market' | 'id'>): void {
    const { brand, currency, steps } = sums;
    const known = steps.get(reason);
    steps.set(reason, { amount: known === undefined ? amount : add(known.amount, amount), subscriptions: (known?.subscriptions ?? 0) + 1 });
    if (!this.#wanted(reason)) return;
    this.listed.push({ bridge: 'mrr', brand, market, reason, change: amount.numerator < 0n ? 'removed' : 'added', id, amount: roundHalfEven(amount), currency });
  }

  #of(brand: string, currency: string): Sums {
    const key = `${brand}\t${currency}`;
    let sums = this.#sums.get(key);
    if (sums === undefined) this.#sums.set(key, (sums = { brand, currency, billing: 0, hub: 0, steps: new Map() }));
    return sums;
  }
}

/** Rounds where the bridge has come to after each step, so that the rounded steps add up too. */
function rowOf({ brand, currency, billing, hub, steps }: Sums): MrrResult {
  const changes: MrrChange[] = [];
  let exact = fraction(billing);
  let rounded = billing;
  for (const reason of mrrSteps) {
    const step = steps.get(reason);
    if (step === undefined) continue;
    exact = add(exact, step.amount);
    const after = roundHalfEven(exact);
    changes.push({ reason, title: mrrReasons[reason], amount: after - rounded, subscriptions: step.subscriptions });
    rounded = after;
  }
  return { brand, currency, billing, hub, changes };
}
