import type { Knex } from 'knex';

import { slices } from '../../core/slices.ts';
import type { Instant } from '../../core/time.ts';
import type { ConsentEntry, ConsentPurpose } from '../steps/consents.ts';
import { consents } from './tables.ts';

/** What a person has answered to a brand. */
export interface PersonConsent extends ConsentEntry {
  readonly brand: string;
  readonly personId: string;
}

/** The entries of persons, at all brands; those of some purposes if any are given. */
export async function consentsOfPersons(knex: Knex, personIds: readonly string[], purposes?: readonly ConsentPurpose[]): Promise<PersonConsent[]> {
  const found: PersonConsent[] = [];
  for (const ids of slices([...new Set(personIds)].sort())) {
    const query = knex(consents.name).whereIn('person_id', ids);
    if (purposes !== undefined) void query.whereIn('purpose', purposes);
    const rows = await query.select<{ brand: string; person_id: string; purpose: ConsentPurpose; granted: number | boolean; occurred_at: Instant }[]>('brand', 'person_id', 'purpose', 'granted', 'occurred_at');
    found.push(...rows.map((row) => ({ brand: row.brand, personId: row.person_id, purpose: row.purpose, granted: Boolean(row.granted), at: row.occurred_at })));
  }
  return found;
}
