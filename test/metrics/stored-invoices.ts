import type { Transaction } from '../../src/db/database.ts';
import { tableOf } from '../../src/enriched/records/enriched-tables.ts';
import { creditNoteItems, creditNotes } from '../../src/orders/records/order-tables.ts';
import { specOf } from '../../src/engine/records/record-table.ts';
import { storeRow } from './stored-vectors.ts';

/** The account of a person of a brand and currency. */
export interface StoredAccount {
  readonly brand: string;
  readonly person: string;
  readonly currency: string;
}

const ownerOf = ({ brand, person, currency }: StoredAccount) => ({ brand, account_id: `${brand}-${person}-${currency}` });

export async function storeAccount(tx: Transaction, account: StoredAccount): Promise<void> {
  const own = ownerOf(account);
  await storeRow(tx, tableOf('accounts'), { ...own, source_id: own.account_id, currency: account.currency, market: 'AT', person_id: account.person, is_test: 0 });
}

/** A posted invoice of one line. */
export async function storeInvoice(tx: Transaction, account: StoredAccount, { id, date, net, tax }: { readonly id: string; readonly date: string; readonly net: number; readonly tax: number }): Promise<void> {
  const own = { ...ownerOf(account), currency: account.currency };
  await storeRow(tx, tableOf('invoices'), { ...own, source_id: id, invoice_number: id, invoice_date: date, status: 'Posted', amount: net + tax });
  await storeRow(tx, tableOf('invoice_lines'), { ...own, source_id: `${id}-line`, invoice_id: id, amount: net, tax_amount: tax, category: 'subscription', funnel_step: 'frontend', charge_type: 'Recurring', processing_type: '0' });
}

/** A posted credit memo; `tax` null: the platform does not say. */
export async function storeMemo(tx: Transaction, account: StoredAccount, { id, date, amount, tax, invoice }: { readonly id: string; readonly date: string; readonly amount: number; readonly tax: number | null; readonly invoice: string | null }): Promise<void> {
  await storeRow(tx, tableOf('credits'), { ...ownerOf(account), source_id: id, credit_type: 'credit_memo', status: 'Posted', credit_date: date, invoice_id: invoice, currency: account.currency, amount, tax_amount: tax });
}

/** A refund with its credit note, as attribution leaves it: one item, on the line of an invoice or on none. */
export async function storeRefund(tx: Transaction, account: StoredAccount, { id, date, amount, method, invoice }: { readonly id: string; readonly date: string; readonly amount: number; readonly method: string; readonly invoice: string | null }): Promise<void> {
  const own = { ...ownerOf(account), currency: account.currency };
  await storeRow(tx, tableOf('refunds'), { ...own, source_id: id, refund_number: id, refund_date: date, status: 'Processed', type: 'Electronic', amount, kind: 'regular' });
  await storeRow(tx, specOf(creditNotes), { ...own, refund_id: id, public_id: id, person_id: account.person, kind: 'regular', refund_date: date, amount, credited: amount, unallocated: 0 });
  const line = invoice === null ? null : `${invoice}-line`;
  await storeRow(tx, specOf(creditNoteItems), { ...own, refund_id: id, item_no: 1, invoice_id: invoice, invoice_line_id: line, amount, method, confidence: 'exact' });
}
