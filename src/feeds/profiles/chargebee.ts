import type { Profile, ProfileColumn } from './profile.ts';

const minor = (from: string): ProfileColumn => ({ from, unit: 'minor', currency_from: 'currency_code' });
const MONEY_STATUS = { success: 'Processed', in_progress: 'Processing', needs_attention: 'Processing', failure: 'Error', late_failure: 'Error', timeout: 'Error', voided: 'Voided' };
const REFUND_STATUS = { ...MONEY_STATUS, voided: 'Canceled' };
/** Addresses, and texts of people, in records of subscriptions, invoices and money. */
const PERSONAL = ['billing_address.*', 'shipping_address.*', 'notes', 'vat_number'];
const ITEM = ['id', 'subscription_items.item_price_id'];

/** Chargebee's resources as lines of JSON, as its API and warehouse loads have them: minor units, seconds since 1970, lists within records. */
export const chargebee: Profile = {
  title: 'Chargebee, resources of API v2 as lines of JSON (product catalog 2.0)',
  sources: [
    { url: 'https://apidocs.chargebee.com/docs/api/exports', read: '2026-11-30' },
    { url: 'https://github.com/chargebee/chargebee-node/tree/master/types/resources', read: '2026-11-30' },
  ],
  format: { kind: 'ndjson', epoch: 'seconds' },
  yours: ['custom fields: Test__c of account (cf_…)', 'invoices of price_type tax_inclusive, and discounts of lines, need columns of their own'],
  streams: {
    account: {
      file: 'customers',
      columns: { Id: 'id', AccountNumber: 'id', Name: { from: ['first_name', 'last_name'], with: ' ' }, Status: { value: 'Active' }, Currency: 'preferred_currency_code', AutoPay: { from: 'auto_collection', values: { on: 'true', off: 'false' } }, PaymentTerm: 'net_term_days', BillToId: 'id', DefaultPaymentMethodId: 'primary_payment_source_id', CreatedDate: 'created_at', UpdatedDate: 'updated_at' },
    },
    contact: {
      file: 'customers',
      columns: { Id: 'id', AccountId: 'id', FirstName: 'first_name', LastName: 'last_name', WorkEmail: 'email', WorkPhone: 'phone', Address1: 'billing_address.line1', Address2: 'billing_address.line2', City: 'billing_address.city', State: 'billing_address.state', PostalCode: 'billing_address.zip', Country: 'billing_address.country', CreatedDate: 'created_at', UpdatedDate: 'updated_at' },
    },
    subscription: {
      file: 'subscriptions',
      without: PERSONAL,
      columns: {
        Id: 'id', Name: 'id', OriginalId: 'id', AccountId: 'customer_id', Version: { value: '1' }, IsLatestVersion: { value: 'true' }, TermType: { value: 'TERMED' }, UpdatedDate: 'updated_at', CreatedDate: 'created_at',
        Status: { from: 'status', values: { active: 'Active', in_trial: 'Active', non_renewing: 'Active', future: 'PendingActivation', paused: 'Suspended', cancelled: 'Cancelled' } },
        AutoRenew: { from: 'status', values: { active: 'true', in_trial: 'true', non_renewing: 'false', future: 'true', paused: 'true', cancelled: 'false' } },
        ContractEffectiveDate: 'started_at', SubscriptionStartDate: 'started_at', TermStartDate: 'current_term_start', TermEndDate: 'current_term_end', CancelledDate: 'cancelled_at', CancelReason: 'cancel_reason_code', CouponCode__c: 'coupon',
      },
    },
    rate_plan: {
      file: 'subscriptions',
      without: PERSONAL,
      each: 'subscription_items',
      columns: { Id: { from: ITEM, with: '/' }, AccountId: 'customer_id', SubscriptionId: 'id', ProductRatePlanId: 'subscription_items.item_price_id', ProductId: 'subscription_items.item_price_id', Name: 'subscription_items.item_price_id', CreatedDate: 'created_at', UpdatedDate: 'updated_at' },
    },
    // `mrr` is of the whole subscription, and in minor units.
    rate_plan_charge: {
      file: 'subscriptions',
      without: PERSONAL,
      each: 'subscription_items',
      columns: {
        Id: { from: ITEM, with: '/' }, OriginalId: { from: ITEM, with: '/' }, RatePlanId: { from: ITEM, with: '/' }, AccountId: 'customer_id', SubscriptionId: 'id', Name: 'subscription_items.item_price_id', Version: { value: '1' }, Segment: { value: '1' }, IsLastSegment: { value: 'true' }, MRR: { value: '' },
        ChargeType: { from: 'subscription_items.item_type', values: { plan: 'Recurring', addon: 'Recurring', charge: 'OneTime' } }, ChargeModel: { value: 'Flat Fee Pricing' },
        BillingPeriod: { from: ['billing_period', 'billing_period_unit'], with: ' ', values: { '1 week': 'Week', '1 month': 'Month', '3 month': 'Quarter', '6 month': 'Semi-Annual', '12 month': 'Annual', '1 year': 'Annual' } },
        Price: minor('subscription_items.unit_price'), Quantity: 'subscription_items.quantity', EffectiveStartDate: 'started_at', EffectiveEndDate: 'cancelled_at', ChargedThroughDate: 'current_term_end', CreatedDate: 'created_at', UpdatedDate: 'updated_at',
      },
    },
    invoice: {
      file: 'invoices',
      without: PERSONAL,
      columns: {
        Id: 'id', InvoiceNumber: 'id', AccountId: 'customer_id', InvoiceDate: 'date', DueDate: 'due_date', PostedDate: 'generated_at', Currency: 'currency_code', UpdatedDate: 'updated_at', Amount: minor('total'), TaxAmount: minor('tax'), Balance: minor('amount_due'), PaymentAmount: minor('amount_paid'),
        Status: { from: 'status', values: { paid: 'Posted', posted: 'Posted', payment_due: 'Posted', not_paid: 'Posted', voided: 'Canceled', pending: 'Draft' } },
      },
    },
    invoice_item: {
      file: 'invoices',
      without: PERSONAL,
      each: 'line_items',
      columns: {
        Id: 'line_items.id', AccountId: 'customer_id', InvoiceId: 'id', SubscriptionId: 'line_items.subscription_id', RatePlanChargeId: { from: ['line_items.subscription_id', 'line_items.entity_id'], with: '/' }, ProductId: 'line_items.entity_id', ChargeName: 'line_items.description', SKU: 'line_items.entity_id',
        ChargeAmount: minor('line_items.amount'), TaxAmount: minor('line_items.tax_amount'), UnitPrice: minor('line_items.unit_amount'), Quantity: 'line_items.quantity', ChargeDate: 'date', ServiceStartDate: 'line_items.date_from', ServiceEndDate: 'line_items.date_to', UpdatedDate: 'updated_at',
      },
    },
    payment: {
      file: 'transactions',
      only: { type: 'payment' },
      columns: { Id: 'id', PaymentNumber: 'id', AccountId: 'customer_id', PaymentMethodId: 'payment_source_id', EffectiveDate: 'date', Amount: minor('amount'), UnappliedAmount: minor('amount_unused'), Currency: 'currency_code', Type: { value: 'Electronic' }, Status: { from: 'status', values: MONEY_STATUS }, ReferenceId: 'id_at_gateway', GatewayResponse: 'error_text', UpdatedDate: 'updated_at' },
    },
    invoice_payment: {
      file: 'transactions',
      only: { type: 'payment', status: 'success' },
      each: 'linked_invoices',
      columns: { Id: { from: ['id', 'linked_invoices.invoice_id'], with: '/' }, AccountId: 'customer_id', InvoiceId: 'linked_invoices.invoice_id', PaymentId: 'id', Amount: minor('linked_invoices.applied_amount'), EffectiveDate: 'date', UpdatedDate: 'updated_at' },
    },
    // A refund pays a credit note out, which names the invoice. Its payment is left out: by both, the invoice would be credited twice.
    refund: {
      file: 'transactions',
      only: { type: 'refund' },
      columns: {
        Id: 'id', RefundNumber: 'id', AccountId: 'customer_id', CreditMemoId: 'linked_credit_notes.0.cn_id', PaymentMethodId: 'payment_source_id', RefundDate: 'date', Amount: minor('amount'), Currency: 'currency_code', Type: { value: 'Electronic' }, MethodType: 'payment_method', Status: { from: 'status', values: REFUND_STATUS },
        ReasonCode: 'linked_credit_notes.0.cn_reason_code', UpdatedDate: 'updated_at',
      },
    },
    credit_memo: {
      file: 'credit_notes',
      without: PERSONAL,
      columns: {
        Id: 'id', Number: 'id', AccountId: 'customer_id', ReferredInvoiceId: 'reference_invoice_id', CreditMemoDate: 'date', Currency: 'currency_code', Amount: minor('total'), AppliedAmount: minor('amount_allocated'), RefundAmount: minor('amount_refunded'), ReasonCode: 'create_reason_code', UpdatedDate: 'updated_at',
        Status: { from: 'status', values: { adjusted: 'Posted', refunded: 'Posted', refund_due: 'Posted', voided: 'Canceled' } },
      },
    },
  },
};
