import { billingEntity } from '../contract/billing-entity.ts';
import { date, decimal, id, instant, required, text } from '../contract/contract.ts';

/** Billing entity 10: a line of an invoice. */
export const invoiceItem = billingEntity('invoice_item', 'raw_invoice_items', 'A line of an invoice.', {
  AccountId: id('account'),
  InvoiceId: id('invoice', required),
  SubscriptionId: id('subscription', { note: 'The version billed.' }),
  RatePlanChargeId: id('rate_plan_charge'),
  ProductId: id('product'),
  ProductRatePlanChargeId: id('product_charge'),
  ChargeName: text(),
  SKU: text({ shape: 'sku' }),
  ChargeAmount: decimal({ ...required, note: 'Tax excluded.' }),
  TaxAmount: decimal(),
  Quantity: decimal(),
  UnitPrice: decimal(),
  ChargeDate: instant(),
  ServiceStartDate: date(),
  ServiceEndDate: date(),
  ProcessingType: text({ shape: 'word', note: '0 charge, 1 discount, 2 prepayment, 3 tax, or the word.' }),
  AppliedToInvoiceItemId: id('invoice_item'),
});
