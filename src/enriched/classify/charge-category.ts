import type { LocalDate } from '../../core/time.ts';
import { squash } from '../../core/text/text.ts';
import { addDays } from '../../core/time.ts';
import type { ChargeCategory } from '../rules/facts.ts';
import type { Classified } from '../rules/rule-set.ts';
import type { Rules } from '../rules/rules.ts';
import { endOfPeriod, periodLength } from './billing-period.ts';

/** What is known of a rate plan charge, a catalog charge or an invoice line; null where it is not. */
export interface ChargeFacts {
  readonly brand: string;
  readonly name: string | null;
  /** OneTime, Recurring, Usage; of an invoice line: that of its rate plan charge. */
  readonly chargeType: string | null;
  readonly chargeModel: string | null;
  /** Of an invoice line: 0 charge, 1 discount, 2 prepayment, 3 tax, or the word. */
  readonly processingType: string | null;
  /** Price, list price or charge amount in the minor unit of the currency. */
  readonly amount: number | null;
  /** As a decimal: `12.5`. */
  readonly discountPercentage: string | null;
  /** In the minor unit of the currency. */
  readonly discountAmount: number | null;
  readonly billingPeriod: string | null;
  readonly start: LocalDate | null;
  /** The first day on which the charge is no longer in effect. */
  readonly end: LocalDate | null;
  /** The price of the recurring charge that follows this one, in minor units; see followingPrice. */
  readonly followingPrice: number | null;
}

/** A charge among those of its subscription, for finding what follows it. */
export interface PricedCharge {
  readonly id: string;
  /** What is charged for: charges of one product follow each other. */
  readonly productId: string | null;
  readonly chargeType: string | null;
  readonly chargeModel: string | null;
  readonly amount: number | null;
  readonly start: LocalDate | null;
  readonly end: LocalDate | null;
}

/** The export's end dates may be the last day of a period instead of the first day after it. */
const END_SLACK_DAYS = 1;

/** The category of a charge or invoice line (classification, "Charge category"). */
export function chargeCategory(rules: Rules, charge: ChargeFacts): Classified<ChargeCategory> {
  return rules.of('charge_category').classify(
    charge.name ?? '',
    {
      charge_type: charge.chargeType,
      charge_model: charge.chargeModel,
      processing_type: charge.processingType,
      amount: charge.amount,
      discount_percentage: charge.discountPercentage === null ? null : Number(charge.discountPercentage),
      discount_amount: charge.discountAmount,
      ends_after_first_period: endsAfterFirstPeriod(charge),
      share_of_following_price: shareOfFollowingPrice(charge),
    },
    charge.brand,
  );
}

/**
 * The price of the recurring charge that starts when this one ends, for the same product; null if there is none.
 * Of several the dearest counts, then the one with the smallest id: the same whatever the order of the rows.
 */
export function followingPrice(charge: PricedCharge, others: readonly PricedCharge[]): number | null {
  const { end, id } = charge;
  if (end === null || !isRecurringPrice(charge)) return null;
  let price: number | null = null;
  for (const other of others) {
    if (other.id === id || other.amount === null || other.start === null || !isRecurringPrice(other)) continue;
    if (other.productId !== charge.productId) continue;
    if (other.start < end || other.start > addDays(end, END_SLACK_DAYS)) continue;
    if (price === null || other.amount > price) price = other.amount;
  }
  return price;
}

function isRecurringPrice(charge: PricedCharge): boolean {
  return squash(charge.chargeType ?? '') === 'recurring' && !squash(charge.chargeModel ?? '').startsWith('discount');
}

function endsAfterFirstPeriod({ start, end, billingPeriod }: ChargeFacts): boolean {
  if (start === null || end === null || end <= start) return false;
  const length = periodLength(billingPeriod);
  if (length === null) return false;
  const periodEnd = endOfPeriod(start, length);
  return periodEnd === null || end <= addDays(periodEnd, END_SLACK_DAYS);
}

function shareOfFollowingPrice({ amount, followingPrice: following }: ChargeFacts): number | null {
  return amount === null || amount < 0 || following === null || following <= 0 ? null : amount / following;
}
