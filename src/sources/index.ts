import { HubError } from '../core/errors.ts';
import { useOneOf } from '../core/text/nearest.ts';
import type { KnownFeeds } from '../lake/port/lake.ts';
import type { Entity } from './contract/contract.ts';
import { adBudget } from './ads/ad-budget.ts';
import { adPerformance } from './ads/ad-performance.ts';
import { account } from './billing/account.ts';
import { amendment } from './billing/amendment.ts';
import { click } from './email/click.ts';
import { contact } from './billing/contact.ts';
import { creditBalanceAdjustment } from './billing/credit-balance-adjustment.ts';
import { creditMemo } from './billing/credit-memo.ts';
import { invoiceItem } from './billing/invoice-item.ts';
import { invoicePayment } from './billing/invoice-payment.ts';
import { invoice } from './billing/invoice.ts';
import { open } from './email/open.ts';
import { paymentMethod } from './billing/payment-method.ts';
import { payment } from './billing/payment.ts';
import { productCost } from './inventory/product-cost.ts';
import { productCharge } from './billing/product-charge.ts';
import { ratePlanCharge } from './billing/rate-plan-charge.ts';
import { ratePlan } from './billing/rate-plan.ts';
import { refundInvoicePayment } from './billing/refund-invoice-payment.ts';
import { refund } from './billing/refund.ts';
import { send } from './email/send.ts';
import { shippingCost } from './inventory/shipping-cost.ts';
import { stockLevel } from './inventory/stock-level.ts';
import { subscription } from './billing/subscription.ts';
import { unsubscribe } from './email/unsubscribe.ts';

/** The 16 billing entities in the order of the specification: parents before children. */
export const billingEntities: readonly Entity[] = [
  account,
  contact,
  paymentMethod,
  productCharge,
  subscription,
  ratePlan,
  ratePlanCharge,
  amendment,
  invoice,
  invoiceItem,
  payment,
  invoicePayment,
  refund,
  refundInvoicePayment,
  creditMemo,
  creditBalanceAdjustment,
];

/** The 4 e-mail events in the order in which they happen to a message. */
export const emailEvents: readonly Entity[] = [send, open, click, unsubscribe];

/** What ad platforms and people who plan say of marketing. */
export const adEntities: readonly Entity[] = [adPerformance, adBudget];

/** What products cost, and how many are left. */
export const inventoryEntities: readonly Entity[] = [productCost, stockLevel, shippingCost];

/** Every source entity. */
export const entities: readonly Entity[] = [...billingEntities, ...emailEvents, ...adEntities, ...inventoryEntities];

/** What hub knows of a lake: every source entity, and the brands that are configured. */
export function knownFeeds(brands: readonly string[]): KnownFeeds {
  const names = (list: readonly Entity[]): string[] => list.map(({ name }) => name);
  return { entities: { billing: names(billingEntities), email: names(emailEvents), ads: names(adEntities), inventory: names(inventoryEntities) }, brands };
}

/**
 * Finds an entity by the name that `--entity` takes.
 * @param among those of one command, where it has not all of them
 * @throws HubError usage, naming the valid entities
 */
export function entityNamed(name: string, among: readonly Entity[] = entities): Entity {
  const found = among.find((entity) => entity.name === name);
  if (found) return found;
  throw new HubError('usage', 'unknown_entity', `There is no entity "${name}"${among === entities ? '' : ' for this command'}.`, {
    nextStep: useOneOf(name, among.map((entity) => entity.name)),
  });
}
