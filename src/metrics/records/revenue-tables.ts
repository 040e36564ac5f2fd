import { recordTable, type RecordIn } from '../../engine/records/record-table.ts';

/**
 * The revenue of persons, entry by entry (metrics, "Customers and revenue"); `chain_start` and the codes are those of the
 * chain that the entry belongs to, codes as they are compared, its channel as the rules tell it; `is_one_off`: of a line that is
 * neither recurring nor usage, null without a line. Amounts without tax. `payment_fee` stands on sales; null: no rule.
 */
export const revenueFacts = recordTable({
  name: 'revenue_facts',
  auditName: 'metric.revenue_facts',
  keys: ['account_id', 'source', 'source_id', 'part'],
  idColumn: 'source_id',
  columns: {
    brand: 'key!',
    account_id: 'key!',
    source: 'key!',
    source_id: 'key!',
    part: 'key!',
    fact_date: 'date!',
    kind: 'key!',
    person_id: 'key!',
    market: 'text',
    currency: 'currency!',
    invoice_id: 'key',
    line_id: 'key',
    refund_id: 'key',
    order_id: 'key',
    item_id: 'key',
    chain_id: 'key',
    chain_start: 'date',
    sku: 'text',
    category: 'key',
    is_one_off: 'boolean',
    coupon_code: 'text',
    campaign: 'text',
    customer_type: 'key!',
    quantity: 'decimal',
    amount: 'integer!',
    tax: 'integer!',
    channel: 'key',
    payment_fee: 'integer',
  },
  // Days and months, the cohorts of a person, and the chains of coupons and campaigns are read from it.
  indexes: [['brand', 'fact_date'], ['person_id'], ['brand', 'chain_start']],
});

/**
 * Who has bought: a row for each brand, and one (`*`) for all of them together. `acquired_on` is null for a person with
 * recurring revenue and no invoice yet.
 */
export const metricCustomers = recordTable({
  name: 'metric_customers',
  auditName: 'metric.metric_customers',
  keys: ['person_id'],
  idColumn: 'person_id',
  columns: {
    brand: 'key!',
    person_id: 'key!',
    acquired_on: 'date',
    invoice_id: 'key',
    currency: 'currency',
    market: 'text',
    first_sku: 'text',
    first_class: 'key',
    campaign: 'text',
    coupon_code: 'text',
    first_mrr_on: 'date',
    invoices: 'integer!',
    last_invoice_on: 'date',
    channel: 'key',
  },
  indexes: [['brand', 'acquired_on']],
});

export type RevenueFactRecord = RecordIn<typeof revenueFacts>;
export type MetricCustomerRecord = RecordIn<typeof metricCustomers>;
