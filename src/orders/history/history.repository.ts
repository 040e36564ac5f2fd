import type { Database } from '../../db/database.ts';
import { formatMinor } from '../../core/money.ts';
import { WITHDRAWN } from '../documents/documents.repository.ts';

/** What people ask the history of: where its records are, and what the audit log calls them. */
interface Subject {
  readonly table: string;
  readonly idColumn: string;
  readonly audited: readonly string[];
}

const CREDIT_NOTE: Subject = { table: 'credit_notes', idColumn: 'refund_id', audited: ['credit_note', 'credit_note_item'] };
const ORDER: Subject = { table: 'orders', idColumn: 'order_id', audited: ['order', 'document'] };

/** By name; a refund's credit note has the refund's id, so both make one history. */
const SUBJECTS: Readonly<Record<string, Subject>> = {
  order: ORDER,
  document: ORDER,
  item: { table: 'order_items', idColumn: 'item_id', audited: ['item'] },
  credit_note: CREDIT_NOTE,
  refund: CREDIT_NOTE,
  customer_account: { table: 'customer_accounts', idColumn: 'customer_account_id', audited: ['customer_account'] },
  person: { table: 'persons', idColumn: 'person_id', audited: ['person'] },
};

/** The names of what this stage keeps a history of. */
export const orderSubjects: readonly string[] = Object.keys(SUBJECTS).filter((name) => name !== 'refund');

/** A stored record, and what it says in a few words. */
export interface OrderPlace {
  readonly table: string;
  readonly brand: string;
  readonly id: string;
  readonly created_run: string;
  readonly updated_at: string;
  readonly says: string;
}

/** What this stage knows of something. */
export interface OrderHistory {
  /** What the audit log calls its records. */
  readonly audited: readonly string[];
  /** The id inside the hub, by which the audit log knows it; the id that was asked for where it is not stored. */
  readonly id: string;
  readonly places: readonly OrderPlace[];
}

interface Row {
  readonly [column: string]: string | number | null;
}

/** Finds records by their id inside the hub or by the id that left it; undefined if the stage knows nothing of that name. */
export async function findOrderHistory(database: Database, name: string, id: string): Promise<OrderHistory | undefined> {
  const subject = Object.hasOwn(SUBJECTS, name) ? SUBJECTS[name] : undefined;
  if (subject === undefined) return undefined;
  const { table, idColumn, audited } = subject;
  const find = (from: string, where: Readonly<Record<string, string>>, ...order: readonly string[]): Promise<Row[]> =>
    database.read((knex) => knex<Row>(from).where(where).orderBy(['brand', ...order].filter((column) => from !== 'persons' || column !== 'brand')));
  const stored = await find(table, { [idColumn]: id });
  const rows = stored.length > 0 ? stored : await find(table, { public_id: id });
  if (subject === ORDER) {
    const known = String(rows[0]?.['order_id'] ?? (await find('order_documents', { public_id: id }))[0]?.['order_id'] ?? id);
    const versions = await find('order_documents', { order_id: known }, 'version');
    return { audited, id: known, places: [...rows.map((row) => placeOf(table, idColumn, row)), ...versions.map(versionOf)] };
  }
  const known = String(rows[0]?.[idColumn] ?? id);
  const items = subject === CREDIT_NOTE ? await find('credit_note_items', { refund_id: known }, 'item_no') : [];
  return { audited, id: known, places: [...rows.map((row) => placeOf(table, idColumn, row)), ...items.map(itemOf)] };
}

function placeOf(table: string, idColumn: string, row: Row): OrderPlace {
  return { ...originOf(row), table, id: String(row[idColumn]), says: table === 'credit_notes' ? noteText(row) : String(row['status'] ?? row['public_id']) };
}

function versionOf(row: Row): OrderPlace {
  const withdrawn = row['doc_checksum'] === WITHDRAWN;
  const says = `version ${Number(row['version'])}${withdrawn ? ', withdrawn' : row['doc'] === null ? ', text removed' : ''}`;
  return { ...originOf(row), updated_at: String(row['created_at']), table: 'order_documents', id: String(row['order_id']), says };
}

function itemOf(row: Row): OrderPlace {
  const place = row['invoice_id'] === null ? 'no invoice' : `invoice ${String(row['invoice_id'])}, line ${String(row['invoice_line_id'] ?? '–')}`;
  const says = `${moneyOf(row, 'amount')} to ${place}: ${String(row['method'])}, ${String(row['confidence'])}`;
  return { ...originOf(row), table: 'credit_note_items', id: String(row['refund_id']), says };
}

function noteText(row: Row): string {
  const unallocated = Number(row['unallocated']) > 0 ? `, ${moneyOf(row, 'unallocated')} of it unallocated` : '';
  return `${String(row['kind'])} refund of ${moneyOf(row, 'amount')}${unallocated}`;
}

function moneyOf(row: Row, column: string): string {
  return formatMinor(Number(row[column]), String(row['currency']));
}

function originOf(row: Row): Pick<OrderPlace, 'brand' | 'created_run' | 'updated_at'> {
  return { brand: String(row['brand'] ?? '*'), created_run: String(row['created_run']), updated_at: String(row['updated_at']) };
}
