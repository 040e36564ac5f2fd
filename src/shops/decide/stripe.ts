import { dateOf, type Instant } from '../../core/time.ts';
import { sourceMoney } from '../../sources/api/money.ts';
import { stripe } from '../../sources/platforms/stripe/stripe.ts';
import type { PaymentMovementRecord, PayoutRecord } from '../records/tables.ts';
import type { RawValues } from './raw-values.ts';

/** A movement of the balance; undefined if its amounts are none in its currency. @param payout that paid it out, if any did */
export function paymentMovement(row: RawValues, payout: string | null): PaymentMovementRecord | undefined {
  const { brand, source_id: id, account, id: movement, currency, created } = row;
  const [gross, fee, net] = [minor(row['amount'], currency), minor(row['fee'] ?? '0', currency), minor(row['net'] ?? null, currency)];
  if (!brand || !id || !account || !movement || !currency || !created || gross === undefined || fee === undefined) return undefined;
  return {
    ...{ brand, source_id: id, platform: 'stripe', account, movement_id: movement, category: row['reporting_category'] ?? row['type'] ?? 'unknown', currency },
    ...{ gross, fee, net: net ?? gross - fee, created_at: created, available_on: dayOf(row['available_on']), source: row['source'] ?? null, payout },
  };
}

/** A payout; undefined if its amount is none in its currency. */
export function payout(row: RawValues): PayoutRecord | undefined {
  const { brand, source_id: id, account, id: own, currency, created } = row;
  const amount = minor(row['amount'], currency);
  if (!brand || !id || !account || !own || !currency || !created || amount === undefined) return undefined;
  return { brand, source_id: id, platform: 'stripe', account, payout_id: own, currency, amount, status: row['status'] ?? null, created_at: created, arrives_on: dayOf(row['arrival_date']) };
}

function minor(text: string | null | undefined, currency: string | null | undefined): number | undefined {
  if (text === null || text === undefined || !currency) return undefined;
  const amount = Number(sourceMoney(text, 'minor', currency, 'minor', stripe.minorDigits?.[currency]) ?? NaN);
  return Number.isSafeInteger(amount) ? amount : undefined;
}

/** Stripe's dates are midnight in UTC. */
function dayOf(at: string | null | undefined): string | null {
  return at === null || at === undefined ? null : dateOf(at as Instant);
}
