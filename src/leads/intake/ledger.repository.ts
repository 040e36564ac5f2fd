import { slices } from '../../core/slices.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import { consents, type ConsentRow } from '../records/tables.ts';

/**
 * Adds entries to the ledger of a brand. It is append-only (serve specification, "Consents"): one whose id is there stays as
 * it is, whatever is said of it now. Gives how many were added.
 */
export async function appendConsents(target: RecordTarget, brand: string, entries: readonly ConsentRow[]): Promise<number> {
  const unique = [...new Map(entries.map((entry) => [entry.consent_id, entry])).values()];
  const stored = new Set<string>();
  for (const ids of slices(unique.map(({ consent_id: id }) => id))) {
    for (const id of await target.tx<ConsentRow>(consents.name).where({ brand }).whereIn('consent_id', ids).pluck('consent_id')) stored.add(id);
  }
  const added = unique.filter(({ consent_id: id }) => !stored.has(id));
  await applyRecords(target, consents, { brand, keys: added.map(({ consent_id: id }) => id) }, added);
  return added.length;
}
