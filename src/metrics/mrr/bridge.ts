import { add, fraction, multiply, roundHalfEven, subtract, sumOfFractions, ZERO, type Fraction } from '../../core/fraction.ts';
import type { LocalDate } from '../../core/time.ts';
import { chargeSpans } from './charge-spans.ts';
import { monthlyOn, netShare } from './monthly.ts';
import { isRecurringCharge, isRecurringDiscount, type MrrChain, type MrrCharge } from './mrr-chain.ts';

/** The steps from billing's own MRR field to hub's MRR, in the order in which they are taken (metrics, "Bridge"). */
export const mrrSteps = [
  ...(['superseded_version', 'test_data', 'undated', 'state_on_day', 'not_in_effect', 'trial', 'free', 'price_not_field', 'discounts', 'tax'] as const),
  'unexplained',
] as const;

export type MrrStep = (typeof mrrSteps)[number];

/** A chain as billing and hub have it. Amounts are in minor units of its currency. */
export interface BridgedChain {
  /** Σ of the MRR field of the Recurring charges: of the version that tells MRR, and of the others with status Active. */
  readonly told: number;
  readonly others: number;
  /** Whether the version that tells MRR has the status Active, and whether the latest one has: they may be two. */
  readonly isToldActive: boolean;
  readonly isLatestActive: boolean;
  readonly isTest: boolean;
  /** True if these charges have another currency than their chain: nobody knows what that means. */
  readonly isForeign: boolean;
  /** Undefined: without a start it has no MRR. */
  readonly chain: MrrChain | undefined;
  /** Whether hub counts it as active on the day, and its MRR then. */
  readonly isActive: boolean;
  readonly mrr: number;
}

/** A chain's way from billing's MRR to hub's: billing + Σ steps = hub, exact. Steps that change nothing are left out. */
export interface ChainBridge {
  readonly billing: number;
  readonly hub: number;
  readonly steps: ReadonlyMap<MrrStep, Fraction>;
}

/** The bridge of one chain on a day: each step is what it changes after all steps before it were taken. */
export function chainBridge(bridged: BridgedChain, day: LocalDate): ChainBridge {
  const { told, others, isToldActive, isLatestActive, isTest, isForeign, chain } = bridged;
  const billing = others + (isToldActive ? told : 0);
  const latest = isLatestActive ? told : 0;
  const hub = isTest || isForeign || chain === undefined ? 0 : bridged.mrr;
  const values: [MrrStep, Fraction][] = [['superseded_version', fraction(latest)]];
  if (isTest) values.push(['test_data', ZERO]);
  else if (chain === undefined) values.push(['undated', ZERO]);
  else if (!isForeign) values.push(['state_on_day', bridged.isActive ? fraction(told) : ZERO], ...(bridged.isActive ? valuesOf(chain, day) : []));
  values.push(['unexplained', fraction(hub)]);
  const steps = new Map<MrrStep, Fraction>();
  let before = fraction(billing);
  for (const [step, after] of values) {
    const change = subtract(after, before);
    if (change.numerator !== 0n) steps.set(step, change);
    before = after;
  }
  return { billing, hub, steps };
}

/** What an active chain brings after each step from its charges on; the last one is rounded, as hub's MRR is. */
function valuesOf(chain: MrrChain, day: LocalDate): [MrrStep, Fraction][] {
  const { inEffect, charges, amount } = monthlyOn(chain, chargeSpans(chain), day);
  const unlessFree = (value: Fraction): Fraction => (chain.isFree ? ZERO : value);
  const withoutTrials = inEffect.filter(({ category }) => category !== 'trial');
  const priced = add(sumOfFractions(charges.map((charge) => charge.amount ?? ZERO)), fieldsOf(inEffect.filter(isRecurringDiscount)));
  return [
    ['not_in_effect', fieldsOf(inEffect)],
    ['trial', fieldsOf(withoutTrials)],
    ['free', unlessFree(fieldsOf(withoutTrials))],
    ['price_not_field', unlessFree(priced)],
    ['discounts', unlessFree(amount)],
    ['tax', unlessFree(fraction(roundHalfEven(multiply(amount, netShare(chain.tax)))))],
  ];
}

/** The sum of the MRR field; a charge without one brings nothing. */
export function mrrField(charges: readonly MrrCharge[]): number {
  return charges.filter(isRecurringCharge).reduce((sum, { mrr }) => sum + (mrr ?? 0), 0);
}

function fieldsOf(charges: readonly MrrCharge[]): Fraction {
  return fraction(mrrField(charges));
}
