import type { Profile } from './profile.ts';

const PAGES = 'https://docs.recurly.com/docs/';
const MONEY_STATUS = { success: 'Processed', processing: 'Processing', scheduled: 'Processing', declined: 'Error', void: 'Voided' };
/** Names and addresses in files of invoices and money. */
const PERSONAL = ['name', 'account_name', 'account_company', 'account_line*', 'account_city', 'account_zip', 'account_vat_number', 'vat_number', 'ship_address_*', 'description', 'fraud_message'];
/** Invoices that give credit, as the adjustments of a file tell by their type. */
const CREDIT_TYPES = ['refund', 'external_refund', 'credit', 'gift_card', 'write_off', 'carryforward_credit', 'carryforward_gift_credit'];

/** Recurly's exports of accounts, subscriptions, invoices (summary), adjustments and transactions. */
export const recurly: Profile = {
  title: 'Recurly, exports of accounts, subscriptions, invoices (summary), adjustments and transactions',
  sources: ['accounts-export', 'subscriptions-exports', 'invoices-summary', 'adjustments-exports', 'transaction-export'].map((page) => ({ url: `${PAGES}${page}`, read: '2026-11-30' })),
  format: { dates: ['yyyy-MM-dd HH:mm:ss zzz'] },
  yours: ['Currency of account, which Recurly does not have: {value: EUR}, or from what tells it, such as account_country', 'BillingPeriod of rate_plan_charge by plan: {from: plan_code, values: {gold: Month}}', 'custom fields: Test__c of account (custom_field_…)'],
  streams: {
    account: {
      file: 'accounts',
      columns: { Id: 'account_code', AccountNumber: 'account_code', Name: { from: ['account_first_name', 'account_last_name'], with: ' ' }, Status: { value: 'Active' }, BillToId: 'account_code', ParentId: 'parent_account_code', DefaultPaymentMethodId: 'billing_info_id', CreatedDate: 'account_created_at', UpdatedDate: 'modified_at' },
    },
    contact: {
      file: 'accounts',
      columns: {
        Id: 'account_code', AccountId: 'account_code', FirstName: 'account_first_name', LastName: 'account_last_name', WorkEmail: 'account_email', WorkPhone: 'account_phone', Address1: 'account_address1', Address2: 'account_address2', City: 'account_city', State: 'account_state', PostalCode: 'account_postal_code',
        Country: 'account_country', CreatedDate: 'account_created_at', UpdatedDate: 'modified_at',
      },
    },
    // canceled_at is when somebody said so; the subscription lives until expires_at.
    subscription: {
      file: 'subscriptions',
      without: ['email', 'maintenance_url'],
      columns: {
        Id: 'uuid', Name: 'uuid', OriginalId: 'uuid', AccountId: 'account_code', Version: { value: '1' }, IsLatestVersion: { value: 'true' }, TermType: { value: 'TERMED' }, ContractEffectiveDate: 'activated_at', SubscriptionStartDate: 'activated_at', SubscriptionEndDate: 'expires_at', TermStartDate: 'current_term_started_at',
        TermEndDate: 'current_term_ends_at', CancelledDate: 'expires_at', UpdatedDate: 'modified_at', Status: { from: 'state', values: { active: 'Active', canceled: 'Cancelled', expired: 'Cancelled', future: 'PendingActivation', pending: 'PendingActivation', paused: 'Suspended' } },
      },
    },
    rate_plan: { file: 'subscriptions', without: ['email', 'maintenance_url'], columns: { Id: 'uuid', AccountId: 'account_code', SubscriptionId: 'uuid', ProductRatePlanId: 'plan_code', ProductId: 'plan_code', Name: 'plan_name', UpdatedDate: 'modified_at' } },
    rate_plan_charge: {
      file: 'subscriptions',
      without: ['email', 'maintenance_url'],
      columns: {
        Id: 'uuid', OriginalId: 'uuid', AccountId: 'account_code', RatePlanId: 'uuid', SubscriptionId: 'uuid', Name: 'plan_name', ChargeType: { value: 'Recurring' }, ChargeModel: { value: 'Flat Fee Pricing' }, Version: { value: '1' }, Segment: { value: '1' }, IsLastSegment: { value: 'true' }, Price: 'unit_amount',
        EffectiveStartDate: 'activated_at', EffectiveEndDate: 'expires_at', ChargedThroughDate: 'current_period_ends_at', UpdatedDate: 'modified_at',
      },
    },
    invoice: {
      file: 'invoices',
      except: { invoice_doc_type: 'credit' },
      without: PERSONAL,
      columns: {
        AccountId: 'account_code', InvoiceDate: 'billed_date', DueDate: 'due_on', PostedDate: 'billed_date', Amount: 'invoice_total', AmountWithoutTax: 'invoice_subtotal', Balance: 'invoice_balance', UpdatedDate: 'modified_at',
        Status: { from: 'status', values: { paid: 'Posted', closed: 'Posted', open: 'Posted', pending: 'Posted', processing: 'Posted', past_due: 'Posted', failed: 'Posted', voided: 'Canceled' } },
      },
    },
    invoice_item: {
      file: 'adjustments',
      only: { adjustment_status: 'invoiced' },
      except: { invoice_type: CREDIT_TYPES },
      without: PERSONAL,
      columns: {
        Id: 'uuid', AccountId: 'account_code', SubscriptionId: 'subscription_id', RatePlanChargeId: 'subscription_id', ProductId: 'adjustment_plan_code', ChargeName: 'adjustment_description', SKU: 'adjustment_product_code', ChargeAmount: 'adjustment_subtotal', TaxAmount: 'adjustment_tax', Quantity: 'adjustment_quantity',
        ChargeDate: 'adjustment_created_at', ServiceStartDate: 'adjustment_start_at', ServiceEndDate: 'adjustment_end_at', CreatedDate: 'adjustment_created_at',
      },
    },
    // A refund and the credit invoice that was made for it are one event: the refund is taken, by the payment that it names.
    credit_memo: {
      file: 'invoices',
      only: { invoice_doc_type: 'credit' },
      except: { invoice_type: ['refund', 'external_refund'] },
      without: PERSONAL,
      columns: { Id: 'id', AccountId: 'account_code', Number: 'invoice_number', CreditMemoDate: 'billed_date', Status: { from: 'status', values: { paid: 'Posted', closed: 'Posted', open: 'Posted', processing: 'Posted', voided: 'Canceled' } }, Amount: { from: 'invoice_total', sign: 'absolute' }, TaxAmount: { from: 'tax_amount', sign: 'absolute' }, ReasonCode: 'invoice_type', UpdatedDate: 'modified_at' },
    },
    payment: {
      file: 'transactions',
      only: { type: 'purchase' },
      without: PERSONAL,
      columns: { Id: 'transaction_id', PaymentNumber: 'transaction_id', AccountId: 'account_code', PaymentMethodId: 'billing_info_id', EffectiveDate: 'date', Type: { value: 'Electronic' }, Status: { from: 'status', values: MONEY_STATUS }, Gateway: 'transaction_gateway_type', ReferenceId: 'reference', GatewayResponse: 'message', UpdatedDate: 'modified_at' },
    },
    invoice_payment: { file: 'transactions', only: { type: 'purchase', status: 'success' }, without: PERSONAL, columns: { Id: 'transaction_id', AccountId: 'account_code', PaymentId: 'transaction_id', EffectiveDate: 'date', UpdatedDate: 'modified_at' } },
    refund: {
      file: 'transactions',
      only: { type: 'refund' },
      without: PERSONAL,
      columns: {
        Id: 'transaction_id', RefundNumber: 'transaction_id', AccountId: 'account_code', PaymentId: 'original_transaction_id', PaymentMethodId: 'billing_info_id', RefundDate: 'date', Amount: { from: 'amount', sign: 'absolute' }, Type: { value: 'Electronic' }, SourceType: { value: 'Payment' }, MethodType: 'payment_method',
        Status: { from: 'status', values: { ...MONEY_STATUS, void: 'Canceled' } }, UpdatedDate: 'modified_at',
      },
    },
    // The invoice of a refund is the credit invoice; that of the payment is the one which was paid.
    refund_invoice_payment: {
      file: 'transactions',
      only: { type: 'refund', status: 'success' },
      without: PERSONAL,
      columns: { Id: 'transaction_id', AccountId: 'account_code', RefundId: 'transaction_id', InvoicePaymentId: 'original_transaction_id', PaymentId: 'original_transaction_id', InvoiceId: { value: '' }, RefundAmount: { from: 'amount', sign: 'absolute' }, UpdatedDate: 'modified_at' },
    },
  },
};
