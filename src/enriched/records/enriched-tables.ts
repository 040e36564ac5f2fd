import type { TableSpec } from '../../db/schema.ts';
import { specOf, type Cell, type RecordTable } from '../../engine/records/record-table.ts';
import { accounts, charges, products, subscriptions } from './contract-tables.ts';
import { credits, invoiceLines, invoices, paymentApplications, payments, refundApplications, refunds } from './money-tables.ts';

/** The enriched tables. No table holds a name or an address. */
export const enrichedTables = {
  accounts,
  subscriptions,
  charges,
  products,
  invoices,
  invoice_lines: invoiceLines,
  payments,
  payment_applications: paymentApplications,
  refunds,
  refund_applications: refundApplications,
  credits,
} as const;

export type TableName = keyof typeof enrichedTables;
export const tableNames = Object.keys(enrichedTables) as readonly TableName[];

/** A record of a table by its columns. */
type RecordOf<Table> = Table extends RecordTable<infer Content> ? { readonly [Name in keyof Content]: Cell } : never;

/** The records of any number of accounts by table. */
export type EnrichedRecords = { readonly [Name in TableName]: RecordOf<(typeof enrichedTables)[Name]>[] };

/** The table in the database. */
export function tableOf(name: TableName): TableSpec {
  return specOf(enrichedTables[name]);
}
