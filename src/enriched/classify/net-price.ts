import { billionths } from '../../core/decimal.ts';
import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { groupBy } from '../../core/group-by.ts';
import type { ChargeCategory } from '../rules/facts.ts';

/** A charge of a plan, with the category that chargeCategory gave it. */
export interface ClassifiedCharge {
  readonly category: ChargeCategory;
  readonly chargeType: string | null;
  /** The price of one period, in minor units. */
  readonly amount: number | null;
  /** How many of them, as a decimal; null: one. */
  readonly quantity: string | null;
  /** As a decimal: `12.5`. */
  readonly discountPercentage: string | null;
  /** In minor units. */
  readonly discountAmount: number | null;
  readonly billingPeriod: string | null;
  readonly start: LocalDate | null;
  /** The first day on which the charge is no longer in effect; null: never. */
  readonly end: LocalDate | null;
}

/** 100 % in the unit of percentOff. */
const WHOLE = billionths('100');
const ONE = billionths('1');

/**
 * True if, after discounts, every current recurring or one-time charge is zero for the whole term: a free plan, or
 * discounts that cover the price as long as it is charged. A price that is not known is zero only at 100 % off, and
 * without any recurring or one-time charge there is nothing that could net to zero.
 */
export function netsToZero(charges: readonly ClassifiedCharge[]): boolean {
  const priced = charges.filter((charge) => charge.category !== 'discount' && typeOf(charge) !== 'usage');
  const discounts = charges.filter(({ category }) => category === 'discount');
  const open = priced.filter((charge) => (charge.amount === null || amountOf(charge) !== 0n) && percentOff(charge, discounts) < WHOLE);
  if (priced.length === 0 || open.some((charge) => charge.amount === null || amountOf(charge) < 0n)) return false;
  return [...groupBy(open, sameTimes).values()].every((group) => isCoveredByAmounts(group, discounts));
}

/**
 * Fixed discounts lower the charges that are charged as often and as long as they are; some exports write discounts with a
 * minus. All is reckoned in whole numbers: 41 % of 59.00 and a credit of 34.81 come to nothing, and to something in floats.
 */
function isCoveredByAmounts(group: readonly ClassifiedCharge[], discounts: readonly ClassifiedCharge[]): boolean {
  const [first] = group;
  if (first === undefined) return true;
  const price = group.reduce((sum, charge) => sum + amountOf(charge) * (WHOLE - percentOff(charge, discounts)), 0n);
  const credit = discounts
    .filter((discount) => sameRhythm(discount, first) && lastsAsLong(discount, first))
    .reduce((sum, discount) => sum + creditOf(discount), 0n);
  return price <= credit * WHOLE;
}

/** In billionths of a minor unit, as creditOf. */
function amountOf({ amount, quantity }: ClassifiedCharge): bigint {
  return BigInt(amount ?? 0) * (quantity === null ? ONE : billionths(quantity));
}

function creditOf(discount: ClassifiedCharge): bigint {
  return discount.discountAmount === null ? magnitude(amountOf(discount)) : magnitude(BigInt(discount.discountAmount)) * ONE;
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** In billionths of a per cent. */
function percentOff(charge: ClassifiedCharge, discounts: readonly ClassifiedCharge[]): bigint {
  return discounts
    .filter((discount) => lastsAsLong(discount, charge))
    .reduce((sum, { discountPercentage }) => sum + (discountPercentage === null ? 0n : magnitude(billionths(discountPercentage))), 0n);
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
