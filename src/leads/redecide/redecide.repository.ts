import type { Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { leadExchanges, leads, rawLeads, type LeadRow } from '../records/tables.ts';

/** Which leads are judged anew. */
export interface RedecideSelection {
  /** When they were received, half-open; undefined: whenever. */
  readonly range: { readonly from: Instant; readonly until: Instant } | undefined;
  readonly forms: readonly string[] | undefined;
}

/** A raw lead that is still kept. */
export interface KeptLead {
  readonly lead_id: string;
  readonly form: string;
  readonly record: string;
  readonly lake_batch: string;
}

const PAGE = 500;
const BOOLEANS = Object.entries(leads.columns).flatMap(([name, type]) => (type.startsWith('boolean') ? [name] : []));

/** The next raw leads of a brand behind one, ascending by id; none at the end. */
export async function keptLeads(tx: Transaction, brand: string, { range, forms }: RedecideSelection, after: string): Promise<KeptLead[]> {
  const query = tx(rawLeads.name).where({ brand }).where('lead_id', '>', after).whereNotNull('record');
  if (range !== undefined) void query.where('received_at', '>=', range.from).where('received_at', '<', range.until);
  if (forms !== undefined) void query.whereIn('form', forms);
  return query.orderBy('lead_id').limit(PAGE).select<KeptLead[]>('lead_id', 'form', 'record', 'lake_batch');
}

/** What is stored of leads, by id. */
export async function decidedLeads(tx: Transaction, brand: string, ids: readonly string[]): Promise<Map<string, LeadRow>> {
  const rows = await tx(leads.name).where({ brand }).whereIn('lead_id', ids).select<Record<string, unknown>[]>(Object.keys(leads.columns));
  return new Map(rows.map((row) => [String(row['lead_id']), { ...row, ...Object.fromEntries(BOOLEANS.map((name) => [name, Boolean(row[name])])) } as LeadRow]));
}

/** Those of the leads whose exchange is still kept. */
export async function keptExchanges(tx: Transaction, brand: string, ids: readonly string[]): Promise<Set<string>> {
  return new Set(await tx<{ brand: string; lead_id: string }>(leadExchanges.name).where({ brand }).whereIn('lead_id', ids).pluck('lead_id'));
}
