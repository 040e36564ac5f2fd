import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { leadFieldErrors, leads, type LeadRow } from '../records/tables.ts';

/** Which leads are listed. */
export interface LeadFilter {
  readonly brands: readonly string[];
  readonly forms?: readonly string[] | undefined;
  readonly outcomes?: readonly string[] | undefined;
}

/** A lead with what was wrong with its fields; no personal data but hashes. */
export type ListedLead = Pick<LeadRow, 'lead_id' | 'brand' | 'form' | 'partner' | 'state' | 'rule' | 'outcome' | 'outcome_reason' | 'email_sha256'> & {
  readonly received_at: Instant;
  readonly is_crawler: boolean;
  readonly errors: readonly { readonly field: string; readonly category: string }[];
};

const LISTED = ['lead_id', 'received_at', 'brand', 'form', 'partner', 'state', 'rule', 'outcome', 'outcome_reason', 'is_crawler', 'email_sha256'];

/** The newest leads. */
export async function listLeads(knex: Knex, { brands, forms, outcomes }: LeadFilter, limit: number): Promise<ListedLead[]> {
  const query = knex(leads.name).whereIn('brand', brands);
  if (forms !== undefined) void query.whereIn('form', forms);
  if (outcomes !== undefined) void query.whereIn('outcome', outcomes);
  const rows = await query.orderBy([{ column: 'received_at', order: 'desc' }, { column: 'lead_id', order: 'desc' }]).limit(limit).select<Record<string, unknown>[]>(LISTED);
  return withErrors(knex, rows);
}

/**
 * One lead with everything that was decided of it.
 * @throws HubError usage (unknown_lead)
 */
export async function findLead(knex: Knex, brands: readonly string[], id: string): Promise<LeadRow & Pick<ListedLead, 'errors'>> {
  const row = await knex(leads.name).whereIn('brand', brands).where({ lead_id: id }).first<Record<string, unknown> | undefined>(Object.keys(leads.columns));
  if (row === undefined) throw new HubError('usage', 'unknown_lead', `There is no lead "${id}".`, { nextStep: 'hub leads list shows the newest.' });
  const [found] = await withErrors(knex, [row]);
  return { ...found, withheld: Boolean(row['withheld']), may_restore: Boolean(row['may_restore']) } as unknown as LeadRow & Pick<ListedLead, 'errors'>;
}

async function withErrors(knex: Knex, rows: readonly Record<string, unknown>[]): Promise<ListedLead[]> {
  const ids = rows.map((row) => String(row['lead_id']));
  const errors = ids.length === 0 ? [] : await knex(leadFieldErrors.name).whereIn('brand', [...new Set(rows.map((row) => String(row['brand'])))]).whereIn('lead_id', ids).orderBy('field').select<{ lead_id: string; field: string; category: string }[]>('lead_id', 'field', 'category');
  return rows.map((row) => ({
    ...(row as unknown as ListedLead),
    is_crawler: Boolean(row['is_crawler']),
    errors: errors.filter(({ lead_id: id }) => id === row['lead_id']).map(({ field, category }) => ({ field, category })),
  }));
}
