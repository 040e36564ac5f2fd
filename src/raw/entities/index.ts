import { HubError } from '../../core/errors.ts';
import type { Entity } from '../contract.ts';
import { account } from './account.ts';
import { amendment } from './amendment.ts';
import { contact } from './contact.ts';
import { creditBalanceAdjustment } from './credit-balance-adjustment.ts';
import { creditMemo } from './credit-memo.ts';
import { invoiceItem } from './invoice-item.ts';
import { invoicePayment } from './invoice-payment.ts';
import { invoice } from './invoice.ts';
import { paymentMethod } from './payment-method.ts';
import { payment } from './payment.ts';
import { productCharge } from './product-charge.ts';
import { ratePlanCharge } from './rate-plan-charge.ts';
import { ratePlan } from './rate-plan.ts';
import { refundInvoicePayment } from './refund-invoice-payment.ts';
import { refund } from './refund.ts';
import { subscription } from './subscription.ts';

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

/**
 * Finds an entity by the name that `--entity` takes.
 * @throws HubError usage, naming the valid entities
 */
export function entityNamed(name: string): Entity {
  const found = billingEntities.find((entity) => entity.name === name);
  if (found) return found;
  throw new HubError('usage', 'unknown_entity', `There is no entity "${name}".`, {
    nextStep: `Use one of: ${billingEntities.map((entity) => entity.name).join(', ')}.`,
  });
}
