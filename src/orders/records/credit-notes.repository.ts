import type { LocalDate } from '../../core/time.ts';
import { textOf } from '../../db/dialect.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { rowsByKeys } from '../../engine/records/stored-records.repository.ts';
import type { Confidence, CreditNote, CreditNoteItem, Method } from '../ledger/credit-note.ts';
import { creditNoteItems, creditNotes } from './order-tables.ts';

/** The stored credit notes of accounts of a brand, by account. */
export async function readCreditNotes(
  target: Pick<RecordTarget, 'database' | 'tx'>,
  brand: string,
  accountIds: readonly string[],
): Promise<Map<string, CreditNote[]>> {
  const scope = { brand, keys: accountIds };
  const noteColumns = ['account_id', 'refund_id', 'kind', 'refund_date', 'currency', 'amount', 'credited', 'unallocated'];
  const notes = await rowsByKeys(target, creditNotes.name, 'account_id', scope, noteColumns);
  if (notes.length === 0) return new Map();
  const itemColumns = ['account_id', 'refund_id', 'item_no', 'invoice_id', 'invoice_line_id', 'amount', 'method', 'confidence'];
  const items = await rowsByKeys(target, creditNoteItems.name, 'account_id', scope, itemColumns);
  const itemsOf = new Map<string, CreditNoteItem[]>();
  for (const [account, refund, , invoiceId, invoiceLineId, amount, method, confidence] of items.sort((a, b) => Number(a[2]) - Number(b[2]))) {
    const key = `${String(account)}\t${String(refund)}`;
    const item = {
      invoiceId: textOf(invoiceId),
      invoiceLineId: textOf(invoiceLineId),
      amount: Number(amount),
      method: method as Method,
      confidence: confidence as Confidence,
    };
    const list = itemsOf.get(key);
    if (list === undefined) itemsOf.set(key, [item]);
    else list.push(item);
  }
  const found = new Map<string, CreditNote[]>();
  for (const [account, refund, kind, date, currency, amount, credited, unallocated] of notes) {
    const note: CreditNote = {
      refundId: String(refund),
      kind: String(kind),
      refundDate: String(date) as LocalDate,
      currency: String(currency),
      amount: Number(amount),
      items: itemsOf.get(`${String(account)}\t${String(refund)}`) ?? [],
      unallocated: Number(unallocated),
      upstream: Number(credited) === 0,
    };
    const list = found.get(String(account));
    if (list === undefined) found.set(String(account), [note]);
    else list.push(note);
  }
  for (const list of found.values()) list.sort((a, b) => (a.refundId < b.refundId ? -1 : 1));
  return found;
}
