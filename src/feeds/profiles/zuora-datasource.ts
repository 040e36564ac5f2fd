import type { Profile } from './profile.ts';

/** Of the account, beside what a file is about. */
const PERSONAL = ['Account: Name', 'Account: Notes', 'Bill To Contact:*', 'Sold To Contact:*'];

/** Zuora's Data Source exports: `Invoice: Invoice Number`, and columns of related objects beside them. */
export const zuoraDatasource: Profile = {
  title: 'Zuora, Data Source exports (headers such as "Invoice: Invoice Number")',
  sources: [
    { url: 'https://knowledgecenter.zuora.com/CD_Reporting/Data_Exports/Z_Data_Source_Reference/Account_Data_Source', read: '2026-11-30' },
    { url: 'https://knowledgecenter.zuora.com/CD_Reporting/D_Data_Sources_and_Exports/C_Data_Source_Reference/Invoice_Item_Data_Source', read: '2026-11-30' },
  ],
  format: {},
  yours: ['dates and zone, if the tenant does not write ISO dates in UTC', 'custom fields: Test__c of account, OrderReference__c, CouponCode__c and Campaign__c of subscription'],
  streams: {
    account: { file: 'account', columns: { Balance: 'Account: Account Balance', Batch: 'Account: Billing Batch', CrmId: 'Account: CRM Account ID', BillToId: 'Bill To Contact: ID', SoldToId: 'Sold To Contact: ID' } },
    contact: {
      file: 'account',
      columns: {
        Id: 'Bill To Contact: ID', AccountId: 'Account: ID', FirstName: 'Bill To Contact: First Name', LastName: 'Bill To Contact: Last Name', WorkEmail: 'Bill To Contact: Work Email', PersonalEmail: 'Bill To Contact: Personal Email', WorkPhone: 'Bill To Contact: Work Phone',
        Address1: 'Bill To Contact: Address 1', Address2: 'Bill To Contact: Address 2', City: 'Bill To Contact: City', State: 'Bill To Contact: State/Province', PostalCode: 'Bill To Contact: Postal Code', Country: 'Bill To Contact: Country', UpdatedDate: 'Account: Updated Date',
      },
    },
    subscription: { file: 'subscription', without: PERSONAL, columns: {} },
    rate_plan: {
      file: 'rateplancharge', without: PERSONAL,
      columns: { Id: 'Rate Plan: ID', SubscriptionId: 'Subscription: ID', ProductRatePlanId: 'Product Rate Plan: ID', ProductId: 'Product: ID', Name: 'Rate Plan: Name', AmendmentType: 'Rate Plan: Amendment Type', UpdatedDate: 'Rate Plan Charge: Updated Date' },
    },
    rate_plan_charge: { file: 'rateplancharge', without: PERSONAL, columns: {} },
    invoice: { file: 'invoice', without: PERSONAL, columns: { Currency: 'Account: Currency' } },
    invoice_item: { file: 'invoiceitem', without: PERSONAL, columns: {} },
    payment: { file: 'payment', without: PERSONAL, columns: { Currency: 'Account: Currency' } },
    invoice_payment: { file: 'invoicepayment', without: PERSONAL, columns: { EffectiveDate: 'Payment: Effective Date' } },
    refund: { file: 'refund', without: PERSONAL, columns: { Currency: 'Account: Currency' } },
    refund_invoice_payment: { file: 'refundinvoicepayment', without: PERSONAL, columns: {} },
  },
};
