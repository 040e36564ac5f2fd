import type { Transaction } from '../../db/database.ts';
import { consents, contactEvents, contacts, leadExchanges, leadFieldErrors, leadParams, leadRelays, leads, rawLeads } from '../records/tables.ts';

const IDS_PER_QUERY = 500;

/** Erases the leads, contacts and consents of a person at all brands. Gives how many rows went, by table. */
export async function eraseLeads(tx: Transaction, personId: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const own = await tx<{ person_id: string; brand: string; lead_id: string }>(leads.name).where({ person_id: personId }).select('brand', 'lead_id');
  const [brands, ids] = [[...new Set(own.map(({ brand }) => brand))], own.map(({ lead_id: id }) => id)];
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    const some = ids.slice(start, start + IDS_PER_QUERY);
    for (const { name } of [leadFieldErrors, leadParams]) counts.set(name, (counts.get(name) ?? 0) + (await tx(name).whereIn('brand', brands).whereIn('lead_id', some).delete()));
  }
  for (const { name } of [rawLeads, leadExchanges, leads, leadRelays, consents, contacts, contactEvents]) counts.set(name, await tx(name).where({ person_id: personId }).delete());
  return counts;
}
