import type { Profile } from './profile.ts';

/** Of the account, beside what a file is about. */
const PERSONAL = ['Account.Name', 'Account.Notes', 'BillToContact.*', 'SoldToContact.*'];

/** Zuora's AQuA exports by ZOQL: `Invoice.InvoiceNumber`, the names of the API. */
export const zuoraAqua: Profile = {
  title: 'Zuora, AQuA exports (headers such as "Invoice.InvoiceNumber")',
  sources: [
    { url: 'https://docs.zuora.com/zuora-platform/integration/apis/soap-api/soap-api-object-reference/export', read: '2026-11-30' },
    { url: 'https://knowledgecenter.zuora.com/CD_Reporting/D_Data_Sources_and_Exports/C_Data_Source_Reference/Invoice_Item_Data_Source', read: '2026-11-30' },
  ],
  format: {},
  yours: ['the query of each file must name the ids of related objects (Account.Id, Invoice.Id …)', 'custom fields: Test__c of account, OrderReference__c, CouponCode__c and Campaign__c of subscription, if the tenant calls them otherwise'],
  streams: {
    account: { file: 'Account', columns: { BillToId: 'BillToContact.Id', SoldToId: 'SoldToContact.Id' } },
    contact: {
      file: 'Account',
      columns: {
        Id: 'BillToContact.Id', AccountId: 'Account.Id', FirstName: 'BillToContact.FirstName', LastName: 'BillToContact.LastName', WorkEmail: 'BillToContact.WorkEmail', PersonalEmail: 'BillToContact.PersonalEmail', WorkPhone: 'BillToContact.WorkPhone', Address1: 'BillToContact.Address1',
        Address2: 'BillToContact.Address2', City: 'BillToContact.City', State: 'BillToContact.State', PostalCode: 'BillToContact.PostalCode', Country: 'BillToContact.Country', UpdatedDate: 'Account.UpdatedDate',
      },
    },
    subscription: { file: 'Subscription', without: PERSONAL, columns: {} },
    rate_plan: { file: 'RatePlanCharge', without: PERSONAL, columns: { Id: 'RatePlan.Id', SubscriptionId: 'Subscription.Id', ProductRatePlanId: 'ProductRatePlan.Id', ProductId: 'Product.Id', Name: 'RatePlan.Name', AmendmentType: 'RatePlan.AmendmentType', UpdatedDate: 'RatePlanCharge.UpdatedDate' } },
    rate_plan_charge: { file: 'RatePlanCharge', without: PERSONAL, columns: {} },
    invoice: { file: 'Invoice', without: PERSONAL, columns: { Currency: 'Account.Currency' } },
    invoice_item: { file: 'InvoiceItem', without: PERSONAL, columns: {} },
    payment: { file: 'Payment', without: PERSONAL, columns: { Currency: 'Account.Currency', AppliedAmount: 'Payment.AppliedInvoiceAmount' } },
    invoice_payment: { file: 'InvoicePayment', without: PERSONAL, columns: { EffectiveDate: 'Payment.EffectiveDate' } },
    refund: { file: 'Refund', without: PERSONAL, columns: { Currency: 'Account.Currency' } },
    refund_invoice_payment: { file: 'RefundInvoicePayment', without: PERSONAL, columns: {} },
  },
};
