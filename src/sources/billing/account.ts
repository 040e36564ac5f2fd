import { billingEntity } from '../contract/billing-entity.ts';
import { boolean, currency, decimal, enumeration, id, integer, personal, required, text } from '../contract/contract.ts';

/** Billing entity 1: who pays. */
export const account = billingEntity('account', 'raw_accounts', 'A customer account of the billing platform.', {
  AccountNumber: text({ ...required, shape: 'reference' }),
  Name: text({ ...personal, shape: 'person_name' }),
  Status: enumeration(['Draft', 'Active', 'Canceled']),
  Currency: currency(required),
  Batch: text({ shape: 'word', note: 'Bill-run batch of the account, not the lake partition.' }),
  BillToId: id('contact'),
  SoldToId: id('contact'),
  DefaultPaymentMethodId: id('payment_method'),
  ParentId: id('account'),
  CrmId: text({ shape: 'reference' }),
  AutoPay: boolean(),
  BillCycleDay: integer(),
  PaymentTerm: text(),
  Balance: decimal(),
  CreditBalance: decimal(),
  Test__c: boolean({ note: 'Marks a test account.' }),
  Market__c: text({ shape: 'country' }),
  Notes: text(personal),
});
