import { squash } from '../../core/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { groupBy } from '../group-by.ts';
import type { ChargeCategory } from '../rules/facts.ts';

/** A charge of a plan, with the category that chargeCategory gave it. */
export interface ClassifiedCharge {
  readonly category: ChargeCategory;
  readonly chargeType: string | null;
  /** Price × quantity of one period, in minor units. */
  readonly amount: number | null;
  readonly discountPercentage: number | null;
  /** In minor units. */
  readonly discountAmount: number | null;
  readonly billingPeriod: string | null;
  readonly start: LocalDate | null;
  /** The first day on which the charge is no longer in effect; null: never. */
  readonly end: LocalDate | null;
}

/**
 * True if, after discounts, every current recurring or one-time charge is zero for the whole term: a free plan, or
 * discounts that cover the price as long as it is charged. A price that is not known is zero only at 100 % off, and
 * without any recurring or one-time charge there is nothing that could net to zero.
 */
export function netsToZero(charges: readonly ClassifiedCharge[]): boolean {
  const priced = charges.filter((charge) => charge.category !== 'discount' && typeOf(charge) !== 'usage');
  const discounts = charges.filter(({ category }) => category === 'discount');
  const open = priced.filter((charge) => charge.amount !== 0 && percentOff(charge, discounts) < 100);
  if (priced.length === 0 || open.some(({ amount }) => amount === null || amount < 0)) return false;
  return [...groupBy(open, sameTimes).values()].every((group) => isCoveredByAmounts(group, discounts));
}

/** Fixed discounts lower the charges that are charged as often and as long as they are; some exports write them with a minus. */
function isCoveredByAmounts(group: readonly ClassifiedCharge[], discounts: readonly ClassifiedCharge[]): boolean {
  const [first] = group;
  if (first === undefined) return true;
  const price = group.reduce((sum, charge) => sum + (charge.amount ?? 0) * (1 - percentOff(charge, discounts) / 100), 0);
  const credit = discounts
    .filter((discount) => sameRhythm(discount, first) && lastsAsLong(discount, first))
    .reduce((sum, { amount, discountAmount }) => sum + Math.abs(discountAmount ?? Math.min(0, amount ?? 0)), 0);
  return price <= credit;
}

function percentOff(charge: ClassifiedCharge, discounts: readonly ClassifiedCharge[]): number {
  return discounts
    .filter((discount) => lastsAsLong(discount, charge))
    .reduce((sum, { discountPercentage }) => sum + Math.abs(discountPercentage ?? 0), 0);
}

function lastsAsLong(discount: ClassifiedCharge, charge: ClassifiedCharge): boolean {
  const startsInTime = discount.start === null || charge.start === null || discount.start <= charge.start;
  const isOneTime = typeOf(charge) === 'onetime';
  return startsInTime && (isOneTime || discount.end === null || (charge.end !== null && discount.end >= charge.end));
}

function sameRhythm(a: ClassifiedCharge, b: ClassifiedCharge): boolean {
  if (typeOf(a) !== typeOf(b)) return false;
  return typeOf(a) === 'onetime' || squash(a.billingPeriod ?? '') === squash(b.billingPeriod ?? '');
}

function sameTimes(charge: ClassifiedCharge): string {
  const rhythm = typeOf(charge) === 'onetime' ? '' : squash(charge.billingPeriod ?? '');
  return [typeOf(charge), rhythm, charge.start ?? '', charge.end ?? ''].join(' ');
}

function typeOf({ chargeType }: ClassifiedCharge): string {
  return squash(chargeType ?? '');
}
