import type { TableSpec } from '../../db/schema.ts';
import { recordTable, specOf, type RecordIn, type RecordTable } from '../../engine/records/record-table.ts';

/** The six totals of the ledger in the minor unit of the row's currency (orders and refunds, "Persons and accounts"). */
const totals = {
  invoiced: 'integer!',
  credited: 'integer!',
  paid: 'integer!',
  refunded: 'integer!',
  balance: 'integer!',
  outstanding: 'integer!',
} as const;

/** Persons with at least one account that is no test data. */
export const persons = recordTable({
  name: 'persons',
  auditName: 'order.person',
  keys: ['person_id'],
  idColumn: 'person_id',
  columns: { person_id: 'key!', public_id: 'key!', email_sha256: 'key', email_md5: 'key' },
});

/** A brand's customer in a market: the billing accounts of one person. Currencies never add, so there is a row for each. */
export const customerAccounts = recordTable({
  name: 'customer_accounts',
  auditName: 'order.customer_account',
  keys: ['person_id', 'customer_account_id', 'currency'],
  idColumn: 'customer_account_id',
  columns: {
    brand: 'key!',
    person_id: 'key!',
    customer_account_id: 'key!',
    currency: 'currency!',
    public_id: 'key!',
    market: 'text',
    country: 'text',
    billing_accounts: 'json!',
    ...totals,
    unallocated: 'integer!',
  },
  indexes: [['public_id']],
});

/** What was bought at once: the subscription chains of an account with one order reference. */
export const orders = recordTable({
  name: 'orders',
  auditName: 'order.order',
  keys: ['account_id', 'order_id'],
  idColumn: 'order_id',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    order_id: 'key!',
    public_id: 'key!',
    person_id: 'key!',
    customer_account_id: 'key!',
    order_reference: 'text',
    market: 'text',
    currency: 'currency!',
    ordered_at: 'date',
    status: 'key!',
    is_new_customer: 'boolean!',
    ...totals,
  },
  indexes: [['person_id'], ['public_id'], ['brand', 'order_reference']],
});

/** One product rate plan of a chain. */
export const orderItems = recordTable({
  name: 'order_items',
  auditName: 'order.item',
  keys: ['account_id', 'order_id', 'item_id'],
  idColumn: 'item_id',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    order_id: 'key!',
    item_id: 'key!',
    public_id: 'key!',
    person_id: 'key!',
    chain_id: 'key!',
    subscription_id: 'key',
    subscription_name: 'text',
    product_rate_plan_id: 'key',
    product_id: 'key',
    sku: 'text',
    product_name: 'text',
    plan_name: 'text',
    funnel_step: 'key!',
    category: 'key!',
    class: 'key',
    lifecycle: 'key',
    is_active: 'boolean!',
    is_current: 'boolean!',
    quantity: 'decimal',
    unit_price: 'integer',
    started_at: 'date',
    ended_at: 'date',
    currency: 'currency!',
    ...totals,
  },
});

/** An attributed refund (orders and refunds, "Refund attribution"). */
export const creditNotes = recordTable({
  name: 'credit_notes',
  auditName: 'order.credit_note',
  keys: ['account_id', 'refund_id'],
  idColumn: 'refund_id',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    refund_id: 'key!',
    public_id: 'key!',
    person_id: 'key!',
    kind: 'key!',
    refund_date: 'date',
    currency: 'currency!',
    amount: 'integer!',
    credited: 'integer!',
    unallocated: 'integer!',
  },
  indexes: [['person_id']],
});

/** A part of a refund and the invoice line that it is attributed to; without an invoice it is unallocated, or of a payment that settled nothing. */
export const creditNoteItems = recordTable({
  name: 'credit_note_items',
  auditName: 'order.credit_note_item',
  keys: ['account_id', 'refund_id', 'item_no'],
  idColumn: 'refund_id',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    refund_id: 'key!',
    item_no: 'integer!',
    invoice_id: 'key',
    invoice_line_id: 'key',
    currency: 'currency!',
    amount: 'integer!',
    method: 'key!',
    confidence: 'key!',
  },
});

export const recordTables = { persons, customerAccounts, orders, orderItems, creditNotes, creditNoteItems } as const;

export type PersonRecord = RecordIn<typeof persons>;
export type CustomerAccountRecord = RecordIn<typeof customerAccounts>;
export type OrderRecord = RecordIn<typeof orders>;
export type OrderItemRecord = RecordIn<typeof orderItems>;
export type CreditNoteRecord = RecordIn<typeof creditNotes>;
export type CreditNoteItemRecord = RecordIn<typeof creditNoteItems>;

/**
 * Each version of an order's document; the highest one is in force. A withdrawal is a version without a document, so
 * that the numbers go on if the order comes back.
 */
export const orderDocuments: TableSpec = {
  name: 'order_documents',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    order_id: 'key!',
    version: 'integer!',
    public_id: 'key!',
    doc_checksum: 'hash!',
    doc: 'longtext',
    created_run: 'key!',
    created_at: 'instant!',
    change_no: 'integer!',
  },
  primaryKey: ['brand', 'account_id', 'order_id', 'version'],
};

const work: readonly TableSpec[] = [
  // Products of the catalog that changed, by the change number of the run: their buyers are taken up.
  { name: 'enriched_product_changes', columns: { change_no: 'integer!', brand: 'key!', product_charge_id: 'key!' }, primaryKey: ['change_no', 'brand', 'product_charge_id'] },
  // Whose orders changed, by the change number of the run: what the stages after this one take up.
  { name: 'order_changes', columns: { change_no: 'integer!', person_id: 'key!' }, primaryKey: ['change_no', 'person_id'] },
  // The persons that a run takes up, in the order of their smallest account.
  { name: 'order_queue', columns: { run_id: 'key!', leader: 'key!', person_id: 'key!' }, primaryKey: ['run_id', 'leader', 'person_id'] },
];

/** All tables of the stage. */
export const orderTables: readonly TableSpec[] = [...Object.values(recordTables).map((each) => specOf(each as RecordTable)), orderDocuments, ...work];
