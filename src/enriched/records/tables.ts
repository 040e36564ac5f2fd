import type { ColumnType } from '../../db/dialect.ts';
import type { TableSpec } from '../../db/schema.ts';

type Columns = Readonly<Record<string, ColumnType | `${ColumnType}!`>>;

/** A value of an enriched row. Amounts are integers in the minor unit of the row's currency. */
export type Cell = string | number | boolean | null;

/** An enriched table: what a record holds, without the columns that every one of them has (systemColumns). */
export interface EnrichedTable<Content extends Columns = Columns> {
  readonly name: string;
  /** The raw entity whose rows these are; `credits` has two. */
  readonly entity: string;
  /** The columns that tell the records of a brand apart, in the order of the primary key. */
  readonly keys: readonly string[];
  readonly columns: Content;
}

/** A record of a table by its columns. */
export type RecordOf<Table> = Table extends EnrichedTable<infer Content> ? { readonly [Name in keyof Content]: Cell } : never;

/** Columns that hub adds to each record, after its own. `rules_version` and `enriched_at` are those of its last change. */
export const systemColumns = ['checksum', 'rules_version', 'created_run', 'enriched_at', 'change_no'] as const;

const OF_ACCOUNT = ['account_id', 'source_id'];

function table<Content extends Columns>(name: string, entity: string, columns: Content, keys = OF_ACCOUNT): EnrichedTable<Content> {
  return { name: `enriched_${name}`, entity, keys, columns };
}

const owned = { brand: 'key!', account_id: 'key!', source_id: 'key!' } as const;

/**
 * The enriched tables. Records of an account stand together, as later stages read whole persons. No table holds a name
 * or an address.
 */
export const enrichedTables = {
  accounts: table('accounts', 'account', {
    ...owned,
    account_number: 'text',
    status: 'text',
    currency: 'currency',
    batch: 'text',
    market: 'text',
    country: 'text',
    parent_id: 'key',
    crm_id: 'text',
    auto_pay: 'boolean',
    balance: 'integer',
    credit_balance: 'integer',
    created_date: 'instant',
    person_id: 'key!',
    email_sha256: 'key',
    email_md5: 'key',
    is_test: 'boolean!',
    test_reasons: 'json',
    evidence: 'json',
  }),
  subscriptions: table('subscriptions', 'subscription', {
    ...owned,
    name: 'text',
    status: 'text',
    chain_id: 'text!',
    version: 'integer!',
    is_latest: 'boolean!',
    previous_id: 'key',
    invoice_owner_id: 'key',
    term_type: 'text',
    auto_renew: 'boolean',
    initial_term: 'integer',
    renewal_term: 'integer',
    current_term: 'integer',
    contract_effective_date: 'date',
    start_date: 'date',
    end_date: 'date',
    term_start_date: 'date',
    term_end_date: 'date',
    cancelled_date: 'date',
    cancel_reason: 'text',
    order_reference: 'text',
    coupon_code: 'text',
    campaign: 'text',
    class: 'key',
    lifecycle: 'key',
    is_active: 'boolean!',
    funnel_step: 'key',
    is_test: 'boolean!',
    replaces_chain_id: 'text',
    replaced_by_chain_id: 'text',
    winback_of_chain_id: 'text',
    chain_start: 'date',
    chain_end: 'date',
    renewals: 'integer',
    next_date: 'date',
    evidence: 'json',
  }),
  charges: table('charges', 'rate_plan_charge', {
    ...owned,
    subscription_id: 'key',
    chain_id: 'text',
    rate_plan_id: 'key',
    plan_name: 'text',
    is_current: 'boolean!',
    product_charge_id: 'key',
    product_rate_plan_id: 'key',
    product_id: 'key',
    charge_number: 'text',
    name: 'text',
    charge_type: 'text',
    charge_model: 'text',
    billing_period: 'text',
    quantity: 'decimal',
    currency: 'currency',
    price: 'integer',
    mrr: 'integer',
    discount_percentage: 'decimal',
    discount_amount: 'integer',
    start_date: 'date',
    end_date: 'date',
    charged_through_date: 'date',
    category: 'key!',
    funnel_step: 'key!',
    evidence: 'json',
  }),
  products: table(
    'products',
    'product_charge',
    {
      brand: 'key!',
      source_id: 'key!',
      product_id: 'key',
      product_name: 'text',
      sku: 'text',
      product_category: 'text',
      product_rate_plan_id: 'key',
      plan_name: 'text',
      name: 'text',
      charge_type: 'text',
      charge_model: 'text',
      billing_period: 'text',
      currency: 'currency',
      list_price: 'integer',
      start_date: 'date',
      end_date: 'date',
      category: 'key!',
      funnel_step: 'key!',
      evidence: 'json',
    },
    ['source_id'],
  ),
  invoices: table('invoices', 'invoice', {
    ...owned,
    invoice_number: 'text',
    invoice_date: 'date',
    due_date: 'date',
    posted_date: 'instant',
    status: 'text',
    currency: 'currency',
    amount: 'integer',
    amount_without_tax: 'integer',
    tax_amount: 'integer',
    balance: 'integer',
    payment_amount: 'integer',
    refund_amount: 'integer',
    adjustment_amount: 'integer',
    credit_balance_adjustment_amount: 'integer',
    credit_memo_amount: 'integer',
    evidence: 'json',
  }),
  invoice_lines: table('invoice_lines', 'invoice_item', {
    ...owned,
    invoice_id: 'key',
    subscription_id: 'key',
    chain_id: 'text',
    charge_id: 'key',
    product_charge_id: 'key',
    product_rate_plan_id: 'key',
    product_id: 'key',
    name: 'text',
    sku: 'text',
    charge_type: 'text',
    processing_type: 'text',
    quantity: 'decimal',
    unit_price: 'decimal',
    currency: 'currency',
    amount: 'integer',
    tax_amount: 'integer',
    charge_date: 'instant',
    service_start_date: 'date',
    service_end_date: 'date',
    applied_to_line_id: 'key',
    category: 'key!',
    funnel_step: 'key!',
    evidence: 'json',
  }),
  payments: table('payments', 'payment', {
    ...owned,
    payment_number: 'text',
    payment_method_id: 'key',
    effective_date: 'date',
    type: 'text',
    status: 'text',
    gateway: 'text',
    reference_id: 'text',
    currency: 'currency',
    amount: 'integer',
    applied_amount: 'integer',
    unapplied_amount: 'integer',
    refund_amount: 'integer',
    evidence: 'json',
  }),
  payment_applications: table('payment_applications', 'invoice_payment', {
    ...owned,
    invoice_id: 'key',
    payment_id: 'key',
    effective_date: 'date',
    currency: 'currency',
    amount: 'integer',
    refund_amount: 'integer',
    evidence: 'json',
  }),
  refunds: table('refunds', 'refund', {
    ...owned,
    refund_number: 'text',
    refund_date: 'date',
    payment_id: 'key',
    credit_memo_id: 'key',
    type: 'text',
    source_type: 'text',
    method_type: 'text',
    status: 'text',
    currency: 'currency',
    amount: 'integer',
    reason_code: 'text',
    comment: 'text',
    sku: 'text',
    kind: 'key!',
    evidence: 'json',
  }),
  refund_applications: table('refund_applications', 'refund_invoice_payment', {
    ...owned,
    refund_id: 'key',
    payment_application_id: 'key',
    invoice_id: 'key',
    payment_id: 'key',
    currency: 'currency',
    amount: 'integer',
    evidence: 'json',
  }),
  credits: table(
    'credits',
    'credit',
    {
      ...owned,
      credit_type: 'key!',
      number: 'text',
      direction: 'key',
      credit_date: 'date',
      status: 'text',
      invoice_id: 'key',
      source_transaction_id: 'text',
      source_transaction_number: 'text',
      source_transaction_type: 'text',
      currency: 'currency',
      amount: 'integer',
      applied_amount: 'integer',
      refund_amount: 'integer',
      tax_amount: 'integer',
      reason_code: 'text',
      comment: 'text',
      evidence: 'json',
    },
    ['account_id', 'credit_type', 'source_id'],
  ),
} as const;

export type TableName = keyof typeof enrichedTables;
export const tableNames = Object.keys(enrichedTables) as readonly TableName[];

/** The records of any number of accounts by table. */
export type EnrichedRecords = { readonly [Name in TableName]: RecordOf<(typeof enrichedTables)[Name]>[] };

const INDEXES: Partial<Record<TableName, readonly (readonly string[])[]>> = {
  accounts: [['person_id']],
  subscriptions: [['brand', 'next_date']],
};

/**
 * The table in the database: keyed by brand, account and source id, so that an account's records stand together. There
 * is no index on the source id, whose random order would cost more than all else: the raw row knows the account.
 */
export function tableOf(name: TableName): TableSpec {
  const { name: stored, keys, columns } = enrichedTables[name];
  return {
    name: stored,
    columns: {
      ...columns,
      checksum: 'hash!',
      rules_version: 'hash!',
      created_run: 'key!',
      enriched_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', ...keys],
    indexes: INDEXES[name] ?? [],
  };
}

/** The name of a record in the audit log: that of its raw row, so that both stages make one history. */
export function auditName(name: TableName, record: Readonly<Record<string, unknown>>): string {
  return `enriched.${name === 'credits' ? String(record['credit_type']) : enrichedTables[name].entity}`;
}
