import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { ChainStates } from '../../enriched/chains/states.ts';
import type { ChargeCategory } from '../../enriched/rules/facts.ts';

/** A charge of the version that tells the MRR of its chain. Amounts are in minor units of the chain's currency. */
export interface MrrCharge {
  readonly id: string;
  readonly planId: string;
  /** False: an amendment took its plan away. */
  readonly isCurrent: boolean;
  /** Recurring, OneTime, Usage. */
  readonly chargeType: string | null;
  readonly chargeModel: string | null;
  readonly category: ChargeCategory;
  readonly billingPeriod: string | null;
  /** As a decimal; null: one. */
  readonly quantity: string | null;
  /** Of one period and one piece. */
  readonly price: number | null;
  /** What the platform itself says that the charge brings a month. */
  readonly mrr: number | null;
  /** As a decimal: `12.5`. */
  readonly discountPercentage: string | null;
  readonly discountAmount: number | null;
  /** Null: the first day of the chain. */
  readonly start: LocalDate | null;
  /** The first day on which it is no longer in effect, or its last one: see charge-spans.ts. */
  readonly end: LocalDate | null;
}

/** Net and tax of what tells the share of tax in prices, in minor units. */
export interface TaxShare {
  readonly net: number;
  readonly tax: number;
  /** Where they are from: the chain's own first invoice, its account's; `none`: there is none; `excluded`: prices are net. */
  readonly from: 'chain' | 'account' | 'none' | 'excluded';
}

/** What the MRR of a chain is made of. */
export interface MrrChain {
  /** Its own start is known. */
  readonly states: ChainStates & { readonly start: LocalDate };
  readonly charges: readonly MrrCharge[];
  /** Term end and end of all versions. */
  readonly termEnds: readonly LocalDate[];
  /** Of the latest version: TERMED or EVERGREEN, months of its term, and the day on which it took effect. */
  readonly termType: string | null;
  readonly currentTerm: number | null;
  readonly contractEffective: LocalDate | null;
  /** True for gifts, and what is complimentary by its name. */
  readonly isFree: boolean;
  readonly tax: TaxShare;
}

/** True for a charge that is billed again and again, whatever it is for. */
export function isRecurringCharge({ chargeType }: MrrCharge): boolean {
  return squash(chargeType ?? '') === 'recurring';
}

/** True for a charge whose price is part of MRR: recurring, neither trial nor discount. */
export function isCounted(charge: MrrCharge): boolean {
  return isRecurringCharge(charge) && charge.category !== 'trial' && charge.category !== 'discount';
}

/** True for a discount that is given again and again; one that is given once moves no MRR. */
export function isRecurringDiscount(charge: MrrCharge): boolean {
  return isRecurringCharge(charge) && charge.category === 'discount';
}
