import { HubError } from '../../core/errors.ts';
import type { StageDeclaration } from './stage-declaration.ts';

/** A stage without a mark: it takes up whatever is there, and derives no records of persons. */
const plain = { awaited: true, byPerson: false, upstream: [], takesUp: [], records: {}, queue: [] } satisfies Partial<StageDeclaration>;

/** What both commands on orders write; totals and documents each of them. */
const orders = {
  ...{ awaited: true, byPerson: true, upstream: ['enrich'], takesUp: ['enriched_changes', 'enriched_product_changes'] },
  queue: ['order_queue'],
} satisfies Partial<StageDeclaration>;
const ORDER_RECORDS = { customer_accounts: 'rows', orders: 'own', order_items: 'own', order_documents: 'own' } satisfies StageDeclaration['records'];

/**
 * All stages in the order of the day. Whatever has to know them derives from this list: which commands can be waited for and
 * are recorded (job-commands.ts), how long changes stay (privacy/retention), what is erased of a person (privacy/erasure).
 */
export const stages: readonly StageDeclaration[] = [
  { ...plain, name: 'import-email', commands: ['import-email'] },
  { ...plain, name: 'import-billing', commands: ['import-billing'] },
  { ...plain, name: 'import-ads', commands: ['import-ads'] },
  { ...plain, name: 'import-inventory', commands: ['import-inventory'] },
  { ...plain, name: 'import-sources', commands: ['import-sources'] },
  {
    ...{ name: 'source-facts', commands: ['import-sources'], awaited: false, byPerson: false },
    ...{ upstream: ['import-sources', 'quarantine-replay', 'forget', 'assemble-orders', 'attribute-refunds'], takesUp: ['source_changes', 'order_changes'], queue: [] },
    records: { shop_orders: 'own', shop_sales: 'nobody', payment_movements: 'nobody', payouts: 'nobody' },
  },
  {
    ...{ name: 'enrich', commands: ['enrich'], awaited: true, byPerson: true },
    // The raw tables are what it reads: whatever writes something else leaves them as they are.
    ...{ upstream: 'all others', takesUp: ['raw_changes'], queue: ['enrich_queue', 'enrich_persons'] },
    records: {
      ...{ enriched_accounts: 'own', enriched_subscriptions: 'own', enriched_charges: 'own', enriched_products: 'nobody' },
      ...{ enriched_invoices: 'own', enriched_invoice_lines: 'own', enriched_payments: 'own', enriched_payment_applications: 'own' },
      ...{ enriched_refunds: 'own', enriched_refund_applications: 'own', enriched_credits: 'own' },
    },
  },
  {
    ...{ name: 'subscribers', commands: ['import-email', 'enrich', 'forget'], awaited: false, byPerson: false },
    ...{ upstream: 'all', takesUp: ['raw_changes', 'enriched_changes'], queue: [] },
    records: { email_subscribers: 'own', email_contacts: 'own', email_purged_states: 'own', email_first_messages: 'nobody' },
  },
  { ...orders, name: 'assemble-orders', commands: ['assemble-orders'], records: { persons: 'rows', ...ORDER_RECORDS } },
  { ...orders, name: 'attribute-refunds', commands: ['attribute-refunds'], records: { ...ORDER_RECORDS, credit_notes: 'own', credit_note_items: 'nobody' } },
  {
    ...{ name: 'build-metrics', commands: ['build-metrics'], awaited: true, byPerson: true },
    ...{ upstream: ['enrich', 'assemble-orders', 'attribute-refunds', 'import-sources'], takesUp: ['enriched_changes', 'order_changes', 'shop_changes'], queue: ['metric_queue'] },
    records: { subscription_mrr: 'own', mrr_movements: 'own', revenue_facts: 'own', metric_customers: 'own' },
  },
  {
    ...{ name: 'build-metrics-sums', commands: ['build-metrics'], awaited: false, byPerson: false, upstream: [], takesUp: [], queue: [] },
    records: {
      ...{ metric_mrr_days: 'nobody', metric_active_days: 'nobody', metric_revenue_days: 'nobody', metric_customer_periods: 'nobody' },
      ...{ metric_cohorts: 'nobody', metric_campaigns: 'nobody', metric_ad_days: 'nobody', metric_acquisition: 'nobody', metric_products: 'nobody', metric_stock: 'nobody', metric_pacing: 'nobody', metric_models: 'nobody', customer_predictions: 'rows' },
    },
  },
  {
    ...{ name: 'contacts', commands: ['import-intake'], awaited: true, byPerson: false, upstream: ['import-email'], takesUp: [], queue: [] },
    records: {
      ...{ raw_leads: 'own', leads: 'own', lead_exchanges: 'own', lead_field_errors: 'own', lead_params: 'own' },
      ...{ consents: 'own', contacts: 'own', contact_events: 'own', lead_relays: 'own', tracked_events: 'rows' },
    },
  },
  { ...plain, name: 'check-alerts', commands: ['check-alerts'] },
  { ...plain, name: 'send-summary', commands: ['send-summary'] },
  { ...plain, name: 'build-audiences', commands: ['build-audiences'], records: { audience_members: 'own', audience_snapshots: 'nobody' } },
  { ...plain, name: 'resend-relays', commands: ['resend-relays'] },
  { ...plain, name: 'reconcile', commands: ['reconcile'] },
  { ...plain, name: 'report', commands: ['report'] },
];

/** @throws HubError unexpected if the list does not have the stage */
export function stageOf(name: string): StageDeclaration {
  const stage = stages.find((declared) => declared.name === name);
  if (stage !== undefined) return stage;
  throw new HubError('unexpected', 'undeclared_stage', `There is no stage "${name}" in the list of stages (engine/declare/stages.ts).`);
}
