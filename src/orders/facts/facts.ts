import type { ValueOf } from '../../engine/records/record-table.ts';
import type { AccountName } from '../../engine/stage/decide-persons.ts';
import type { enrichedTables } from '../../enriched/records/enriched-tables.ts';

/** The columns that orders are made of, by enriched table. */
export const factColumns = {
  accounts: ['account_id', 'status', 'currency', 'market', 'country', 'person_id', 'email_sha256', 'email_md5', 'is_test', 'created_date'],
  subscriptions: [
    ...(['source_id', 'name', 'status', 'chain_id', 'version', 'is_latest', 'contract_effective_date', 'start_date', 'end_date'] as const),
    ...(['term_type', 'auto_renew', 'term_start_date', 'term_end_date', 'cancelled_date', 'cancel_reason', 'order_reference', 'coupon_code', 'campaign'] as const),
    ...(['class', 'lifecycle', 'is_active', 'is_test', 'replaces_chain_id', 'replaced_by_chain_id', 'chain_start', 'chain_end', 'renewals'] as const),
  ],
  charges: [
    ...(['source_id', 'subscription_id', 'chain_id', 'plan_name', 'is_current', 'product_charge_id', 'product_rate_plan_id', 'product_id', 'name'] as const),
    ...(['charge_type', 'quantity', 'currency', 'price', 'start_date', 'end_date', 'category', 'funnel_step'] as const),
  ],
  invoices: ['source_id', 'invoice_number', 'invoice_date', 'status', 'currency', 'amount', 'tax_amount', 'balance'],
  invoice_lines: [
    ...(['source_id', 'invoice_id', 'subscription_id', 'chain_id', 'product_charge_id', 'product_rate_plan_id', 'product_id', 'name', 'sku', 'charge_type', 'processing_type'] as const),
    ...(['quantity', 'amount', 'tax_amount', 'service_start_date', 'service_end_date', 'applied_to_line_id', 'category'] as const),
  ],
  payments: ['source_id', 'payment_number', 'effective_date', 'type', 'status', 'currency', 'amount', 'applied_amount'],
  payment_applications: ['source_id', 'invoice_id', 'payment_id', 'currency', 'amount'],
  refunds: [
    ...(['source_id', 'refund_number', 'refund_date', 'payment_id', 'credit_memo_id', 'type', 'source_type', 'status', 'currency', 'amount'] as const),
    ...(['reason_code', 'comment', 'sku', 'kind'] as const),
  ],
  refund_applications: ['source_id', 'refund_id', 'payment_application_id', 'invoice_id', 'payment_id', 'currency', 'amount'],
  credits: [
    ...(['source_id', 'credit_type', 'number', 'direction', 'credit_date', 'status', 'invoice_id', 'source_transaction_id', 'source_transaction_number'] as const),
    ...(['source_transaction_type', 'currency', 'amount', 'refund_amount', 'tax_amount'] as const),
  ],
} as const satisfies { readonly [Name in FactTable]: readonly (keyof (typeof enrichedTables)[Name]['columns'])[] };

export type FactTable = Exclude<keyof typeof enrichedTables, 'products'>;

/** A record of an enriched table, with the columns that orders are made of. Amounts are in minor units. */
export type FactOf<Name extends FactTable> = {
  readonly [Column in (typeof factColumns)[Name][number]]: Column extends keyof (typeof enrichedTables)[Name]['columns']
    ? ValueOf<(typeof enrichedTables)[Name]['columns'][Column]>
    : never;
};

export const accountTables = Object.keys(factColumns).filter((name) => name !== 'accounts') as Exclude<FactTable, 'accounts'>[];

/** All facts of one billing account. Rows come in any order; what is made of them does not depend on it. */
export type AccountFacts = { readonly brand: string; readonly account: FactOf<'accounts'> } & {
  readonly [Name in Exclude<FactTable, 'accounts'>]: FactOf<Name>[];
};

/** All facts of a person. */
export interface PersonFacts {
  readonly personId: string;
  readonly accounts: readonly AccountFacts[];
}

/** The names of a person's accounts. */
export function accountsOf({ accounts }: PersonFacts): AccountName[] {
  return accounts.map(({ brand, account }) => ({ brand, accountId: account.account_id }));
}

/** A product of a brand's catalog, as a charge of it stands there. */
export interface ProductFact {
  readonly productChargeId: string;
  readonly productId: string | null;
  readonly name: string | null;
  readonly sku: string | null;
  readonly planId: string | null;
  readonly planName: string | null;
}
