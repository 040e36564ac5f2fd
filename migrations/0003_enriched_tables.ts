import type { TableSpec } from '../src/db/schema.ts';

/** The enriched tables as they were made first. */
export const enrichedTables: readonly TableSpec[] = [
  {
    name: 'enriched_accounts',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', account_number: 'text', status: 'text', currency: 'currency',
      batch: 'text', market: 'text', country: 'text', parent_id: 'key', crm_id: 'text', auto_pay: 'boolean',
      balance: 'integer', credit_balance: 'integer', created_date: 'instant', person_id: 'key!', email_sha256: 'key',
      email_md5: 'key', is_test: 'boolean!', test_reasons: 'json', evidence: 'json', checksum: 'hash!',
      rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
    indexes: [['person_id']],
  },
  {
    name: 'enriched_subscriptions',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', name: 'text', status: 'text', chain_id: 'text!',
      version: 'integer!', is_latest: 'boolean!', previous_id: 'key', invoice_owner_id: 'key', term_type: 'text',
      auto_renew: 'boolean', initial_term: 'integer', renewal_term: 'integer', current_term: 'integer',
      contract_effective_date: 'date', start_date: 'date', end_date: 'date', term_start_date: 'date', term_end_date: 'date',
      cancelled_date: 'date', cancel_reason: 'text', order_reference: 'text', coupon_code: 'text', campaign: 'text',
      class: 'key', lifecycle: 'key', is_active: 'boolean!', funnel_step: 'key', is_test: 'boolean!',
      replaces_chain_id: 'text', replaced_by_chain_id: 'text', winback_of_chain_id: 'text', chain_start: 'date',
      chain_end: 'date', renewals: 'integer', next_date: 'date', evidence: 'json', checksum: 'hash!',
      rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
    indexes: [['brand', 'next_date']],
  },
  {
    name: 'enriched_charges',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', subscription_id: 'key', chain_id: 'text', rate_plan_id: 'key',
      plan_name: 'text', is_current: 'boolean!', product_charge_id: 'key', product_rate_plan_id: 'key', product_id: 'key',
      charge_number: 'text', name: 'text', charge_type: 'text', charge_model: 'text', billing_period: 'text',
      quantity: 'decimal', currency: 'currency', price: 'integer', mrr: 'integer', discount_percentage: 'decimal',
      discount_amount: 'integer', start_date: 'date', end_date: 'date', charged_through_date: 'date', category: 'key!',
      funnel_step: 'key!', evidence: 'json', checksum: 'hash!', rules_version: 'hash!', created_run: 'key!',
      enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_products',
    columns: {
      brand: 'key!', source_id: 'key!', product_id: 'key', product_name: 'text', sku: 'text', product_category: 'text',
      product_rate_plan_id: 'key', plan_name: 'text', name: 'text', charge_type: 'text', charge_model: 'text',
      billing_period: 'text', currency: 'currency', list_price: 'integer', start_date: 'date', end_date: 'date',
      category: 'key!', funnel_step: 'key!', evidence: 'json', checksum: 'hash!', rules_version: 'hash!',
      created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'source_id'],
  },
  {
    name: 'enriched_invoices',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', invoice_number: 'text', invoice_date: 'date', due_date: 'date',
      posted_date: 'instant', status: 'text', currency: 'currency', amount: 'integer', amount_without_tax: 'integer',
      tax_amount: 'integer', balance: 'integer', payment_amount: 'integer', refund_amount: 'integer',
      adjustment_amount: 'integer', credit_balance_adjustment_amount: 'integer', credit_memo_amount: 'integer',
      evidence: 'json', checksum: 'hash!', rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_invoice_lines',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', invoice_id: 'key', subscription_id: 'key', chain_id: 'text',
      charge_id: 'key', product_charge_id: 'key', product_rate_plan_id: 'key', product_id: 'key', name: 'text', sku: 'text',
      charge_type: 'text', processing_type: 'text', quantity: 'decimal', unit_price: 'decimal', currency: 'currency',
      amount: 'integer', tax_amount: 'integer', charge_date: 'instant', service_start_date: 'date',
      service_end_date: 'date', applied_to_line_id: 'key', category: 'key!', funnel_step: 'key!', evidence: 'json',
      checksum: 'hash!', rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_payments',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', payment_number: 'text', payment_method_id: 'key',
      effective_date: 'date', type: 'text', status: 'text', gateway: 'text', reference_id: 'text', currency: 'currency',
      amount: 'integer', applied_amount: 'integer', unapplied_amount: 'integer', refund_amount: 'integer', evidence: 'json',
      checksum: 'hash!', rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_payment_applications',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', invoice_id: 'key', payment_id: 'key', effective_date: 'date',
      currency: 'currency', amount: 'integer', refund_amount: 'integer', evidence: 'json', checksum: 'hash!',
      rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_refunds',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', refund_number: 'text', refund_date: 'date', payment_id: 'key',
      credit_memo_id: 'key', type: 'text', source_type: 'text', method_type: 'text', status: 'text', currency: 'currency',
      amount: 'integer', reason_code: 'text', comment: 'text', sku: 'text', kind: 'key!', evidence: 'json',
      checksum: 'hash!', rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_refund_applications',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', refund_id: 'key', payment_application_id: 'key',
      invoice_id: 'key', payment_id: 'key', currency: 'currency', amount: 'integer', evidence: 'json', checksum: 'hash!',
      rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'source_id'],
  },
  {
    name: 'enriched_credits',
    columns: {
      brand: 'key!', account_id: 'key!', source_id: 'key!', credit_type: 'key!', number: 'text', direction: 'key',
      credit_date: 'date', status: 'text', invoice_id: 'key', source_transaction_id: 'text',
      source_transaction_number: 'text', source_transaction_type: 'text', currency: 'currency', amount: 'integer',
      applied_amount: 'integer', refund_amount: 'integer', tax_amount: 'integer', reason_code: 'text', comment: 'text',
      evidence: 'json', checksum: 'hash!', rules_version: 'hash!', created_run: 'key!', enriched_at: 'instant!',
      change_no: 'integer!',
    },
    primaryKey: ['brand', 'account_id', 'credit_type', 'source_id'],
  },
];
