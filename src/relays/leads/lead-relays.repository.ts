import type { Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { leadRelays, type LeadRelayRow } from '../../leads/records/tables.ts';
import { slices } from '../../core/slices.ts';

const COLUMNS = Object.keys(leadRelays.columns);

/** What is stored of leads and destinations. */
export async function relaysOfLeads(tx: Transaction, brand: string, ids: readonly string[]): Promise<LeadRelayRow[]> {
  const rows: LeadRelayRow[] = [];
  for (const some of slices([...new Set(ids)].sort())) {
    rows.push(...(await tx(leadRelays.name).where({ brand }).whereIn('lead_id', some).select<LeadRelayRow[]>(COLUMNS)));
  }
  return rows;
}

/** When leads of persons, received at whatever brand, went to destinations; by destination and person. */
export async function sentLeads(tx: Transaction, destinations: readonly string[], personIds: readonly string[]): Promise<Map<string, Instant[]>> {
  const sent = new Map<string, Instant[]>();
  if (destinations.length === 0) return sent;
  for (const some of slices([...new Set(personIds)].sort())) {
    const rows = await tx<LeadRelayRow>(leadRelays.name).whereIn('person_id', some).whereIn('destination', destinations).where({ kind: 'lead.created' }).whereNotNull('relay_id').select('destination', 'person_id', 'received_at');
    for (const { destination, person_id: person, received_at: at } of rows) {
      const key = `${destination} ${person}`;
      sent.set(key, [...(sent.get(key) ?? []), at as Instant]);
    }
  }
  return sent;
}
