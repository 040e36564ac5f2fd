/** The columns of the raw rows that the enrichment reads, by entity; the first is always the row's own id. */
export const factColumns = {
  account: [
    'source_id', 'account_number', 'name', 'status', 'currency', 'batch', 'bill_to_id', 'sold_to_id', 'parent_id', 'crm_id',
    'auto_pay', 'balance', 'credit_balance', 'test__c', 'market__c', 'created_date',
  ],
  contact: ['source_id', 'first_name', 'last_name', 'work_email', 'personal_email', 'country'],
  subscription: [
    'source_id', 'invoice_owner_id', 'name', 'status', 'version', 'is_latest_version', 'original_id',
    'previous_subscription_id', 'term_type', 'auto_renew', 'initial_term', 'renewal_term', 'current_term',
    'contract_effective_date', 'subscription_start_date', 'subscription_end_date', 'term_start_date', 'term_end_date',
    'cancelled_date', 'cancel_reason', 'notes', 'order_reference__c', 'coupon_code__c', 'campaign__c', 'updated_date',
  ],
  amendment: ['source_id', 'subscription_id', 'type', 'status', 'effective_date', 'contract_effective_date'],
  rate_plan: ['source_id', 'subscription_id', 'product_rate_plan_id', 'product_id', 'name', 'amendment_type'],
  rate_plan_charge: [
    'source_id', 'rate_plan_id', 'subscription_id', 'product_rate_plan_charge_id', 'charge_number', 'name', 'charge_type',
    'charge_model', 'billing_period', 'effective_start_date', 'effective_end_date', 'quantity', 'price', 'mrr',
    'charged_through_date', 'extra',
  ],
  invoice: [
    'source_id', 'invoice_number', 'invoice_date', 'due_date', 'posted_date', 'status', 'currency', 'amount',
    'amount_without_tax', 'tax_amount', 'balance', 'payment_amount', 'refund_amount', 'adjustment_amount',
    'credit_balance_adjustment_amount', 'credit_memo_amount',
  ],
  invoice_item: [
    'source_id', 'invoice_id', 'subscription_id', 'rate_plan_charge_id', 'product_id', 'product_rate_plan_charge_id',
    'charge_name', 'sku', 'charge_amount', 'tax_amount', 'quantity', 'unit_price', 'charge_date', 'service_start_date',
    'service_end_date', 'processing_type', 'applied_to_invoice_item_id',
  ],
  payment: [
    'source_id', 'payment_number', 'payment_method_id', 'effective_date', 'type', 'status', 'gateway', 'reference_id',
    'currency', 'amount', 'applied_amount', 'unapplied_amount', 'refund_amount',
  ],
  invoice_payment: ['source_id', 'invoice_id', 'payment_id', 'effective_date', 'amount', 'refund_amount'],
  refund: [
    'source_id', 'refund_number', 'refund_date', 'payment_id', 'credit_memo_id', 'type', 'source_type', 'method_type',
    'status', 'currency', 'amount', 'reason_code', 'comment', 'product_sku__c',
  ],
  refund_invoice_payment: ['source_id', 'refund_id', 'invoice_payment_id', 'invoice_id', 'payment_id', 'refund_amount'],
  credit_memo: [
    'source_id', 'number', 'referred_invoice_id', 'credit_memo_date', 'status', 'currency', 'amount', 'applied_amount',
    'refund_amount', 'tax_amount', 'reason_code', 'comment',
  ],
  credit_balance_adjustment: [
    'source_id', 'number', 'adjustment_date', 'amount', 'currency', 'type', 'status', 'source_transaction_id',
    'source_transaction_number', 'source_transaction_type', 'reason_code', 'comment',
  ],
} as const;

export const catalogColumns = [
  'source_id', 'product_id', 'product_name', 'product_sku', 'product_category', 'product_rate_plan_id',
  'product_rate_plan_name', 'name', 'charge_type', 'charge_model', 'billing_period', 'list_price', 'currency',
  'effective_start_date', 'effective_end_date', 'extra',
] as const;

export type FactEntity = keyof typeof factColumns;
export const factEntities = Object.keys(factColumns) as readonly FactEntity[];

type Fields<Names extends readonly string[]> = { readonly [Name in Names[number]]: string | null };

/** A raw row: its values as canonical text, decimals in major units, yes and no as 1 and 0. */
export type Fact<Entity extends FactEntity> = Fields<(typeof factColumns)[Entity]>;
export type CatalogFact = Fields<typeof catalogColumns>;

/** The live raw rows of an account, whatever their order. */
export type AccountFacts = { readonly brand: string; readonly accountId: string } & {
  readonly [Entity in FactEntity]: Fact<Entity>[];
};

/** All that is known of a person: the unit in which everything is decided. */
export interface PersonFacts {
  readonly accounts: readonly AccountFacts[];
  /** Accounts of others that share a subscription chain with this person or pay for one: read, not written. */
  readonly neighbours: readonly AccountFacts[];
}

/** An account without any rows. */
export function emptyFacts(brand: string, accountId: string): AccountFacts {
  return {
    brand,
    accountId,
    account: [],
    contact: [],
    subscription: [],
    amendment: [],
    rate_plan: [],
    rate_plan_charge: [],
    invoice: [],
    invoice_item: [],
    payment: [],
    invoice_payment: [],
    refund: [],
    refund_invoice_payment: [],
    credit_memo: [],
    credit_balance_adjustment: [],
  };
}

/** True if the platform says yes; null is not known. */
export function flag(value: string | null): boolean | null {
  return value === null ? null : value === '1';
}
