import type { Instant } from '../../core/time.ts';
import { slices } from '../../core/slices.ts';
import type { Transaction } from '../../db/database.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { consents, leads, rawLeads, type LeadRow } from '../records/tables.ts';
import type { ContactRemoval } from '../steps/contact.ts';
import { countedOutcomes } from './lead-rows.ts';

const BOOLEANS = Object.entries(leads.columns).flatMap(([name, type]) => (type.startsWith('boolean') ? [name] : []));
const COLUMNS = Object.keys(leads.columns);

/** Which of the leads are stored; what was sent may have been purged since. */
export async function storedLeads(tx: Transaction, brand: string, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of pagesOf(ids)) {
    for (const id of await tx<{ brand: string; lead_id: string }>(leads.name).where({ brand }).whereIn('lead_id', some).pluck('lead_id')) found.add(id);
  }
  return found;
}

/** The lines of leads that are still kept, by id. */
export async function rawRecords(tx: Transaction, brand: string, ids: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const some of pagesOf(ids)) {
    const rows = await tx<{ brand: string; lead_id: string; record: string | null }>(rawLeads.name).where({ brand }).whereIn('lead_id', some).whereNotNull('record').select('lead_id', 'record');
    for (const { lead_id: id, record } of rows) found.set(id, record ?? '');
  }
  return found;
}

/** Which of the addresses are erased persons'. */
export async function erasedAmong(tx: Transaction, hashes: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of pagesOf(hashes)) for (const hash of await tx<{ email_sha256: string }>('erasures').whereIn('email_sha256', some).pluck('email_sha256')) found.add(hash);
  return found;
}

/** The leads of the persons that count for their contact at the brand. */
export async function countedLeads(tx: Transaction, brand: string, personIds: readonly string[]): Promise<LeadRow[]> {
  const rows: LeadRow[] = [];
  for (const some of pagesOf(personIds)) {
    const found = await tx<Record<string, unknown>>(leads.name).where({ brand }).whereIn('person_id', some).whereIn('outcome', countedOutcomes).select(COLUMNS);
    rows.push(...(found as Record<string, unknown>[]).map((row) => ({ ...row, ...Object.fromEntries(BOOLEANS.map((name) => [name, Boolean(row[name])])) }) as LeadRow));
  }
  return rows;
}

/**
 * What removes addresses at the brand, by the SHA-256 of the address: unsubscriptions of the e-mail tool, and denials of
 * marketing by e-mail that came from elsewhere than a form.
 */
export async function removalsOf(tx: Transaction, brand: string, hashes: readonly string[]): Promise<Map<string, ContactRemoval[]>> {
  const removals = new Map<string, ContactRemoval[]>();
  for (const some of pagesOf(hashes)) {
    const rows = await tx<{ brand: string; source_id: string; occurred_at: Instant; email_sha256: string }>('email_unsubscribes').where({ brand }).whereIn('email_sha256', some).select('source_id', 'occurred_at', 'email_sha256');
    for (const { source_id: id, occurred_at: at, email_sha256: hash } of rows) removals.set(hash, [...(removals.get(hash) ?? []), { kind: 'removal', id, at }]);
  }
  const hashOf = new Map(hashes.map((hash) => [personIdOf(hash), hash]));
  for (const some of pagesOf([...hashOf.keys()])) {
    const denials = await tx(consents.name).where({ brand, purpose: 'marketing_email', granted: 0 }).whereNot({ source: 'lead' }).whereIn('person_id', some).select<{ consent_id: string; person_id: string; occurred_at: Instant }[]>('consent_id', 'person_id', 'occurred_at');
    for (const { consent_id: id, person_id: personId, occurred_at: at } of denials) {
      const hash = hashOf.get(personId) ?? '';
      removals.set(hash, [...(removals.get(hash) ?? []), { kind: 'removal', id, at }]);
    }
  }
  return removals;
}

/** Persons with a lead at any brand who unsubscribed from this one with a higher change number. */
export async function newlyRemoved(tx: Transaction, brand: string, after: number, upTo: number): Promise<Map<string, string>> {
  const rows = await tx('email_unsubscribes as u')
    .join(`${leads.name} as l`, (on) => on.on('l.person_id', tx.raw('substr(u.email_sha256, 1, 32)')))
    .where('u.brand', brand)
    .where('u.change_no', '>', after)
    .where('u.change_no', '<=', upTo)
    .distinct('l.person_id', 'l.email_sha256');
  return new Map((rows as { person_id: string; email_sha256: string }[]).map((row) => [row.person_id, row.email_sha256]));
}

function pagesOf(ids: readonly string[]): Iterable<readonly string[]> {
  return slices([...new Set(ids)].sort());
}
