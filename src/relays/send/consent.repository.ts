import { groupBy } from '../../core/group-by.ts';
import type { Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { consents } from '../../leads/records/tables.ts';
import { consentInForce, type ConsentPurpose } from '../../leads/steps/consents.ts';
import type { RelayRow } from '../outbox/relay.ts';
import { slices } from '../../core/slices.ts';

interface ConsentRow {
  readonly brand: string;
  readonly person_id: string;
  readonly granted: number | boolean;
  readonly occurred_at: Instant;
}

/**
 * Those of the relays whose person has not agreed to the purpose at the relay's brand, as of now (serve specification,
 * "Consents"). What names no person or brand has nobody's consent.
 */
export async function withoutConsent(tx: Transaction, relays: readonly Pick<RelayRow, 'relay_id' | 'brand' | 'person_id'>[], purpose: ConsentPurpose | undefined): Promise<Set<string>> {
  if (purpose === undefined || relays.length === 0) return new Set();
  const persons = [...new Set(relays.flatMap(({ person_id: id }) => (id === null ? [] : [id])))].sort();
  const rows: ConsentRow[] = [];
  for (const some of slices(persons)) rows.push(...(await tx(consents.name).where({ purpose }).whereIn('person_id', some).select<ConsentRow[]>('brand', 'person_id', 'granted', 'occurred_at')));
  const entries = groupBy(rows, ({ brand, person_id: id }) => `${brand} ${id}`);
  const mayLeave = ({ brand, person_id: id }: Pick<RelayRow, 'brand' | 'person_id'>): boolean =>
    consentInForce((entries.get(`${brand ?? ''} ${id ?? ''}`) ?? []).map((row) => ({ purpose, granted: Boolean(row.granted), at: row.occurred_at })), purpose);
  return new Set(relays.filter((relay) => !mayLeave(relay)).map(({ relay_id: id }) => id));
}
