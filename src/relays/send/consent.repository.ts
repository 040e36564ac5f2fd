import { groupBy } from '../../core/group-by.ts';
import type { Transaction } from '../../db/database.ts';
import { consentsOfPersons } from '../../leads/records/consents.repository.ts';
import { consentInForce, type ConsentPurpose } from '../../leads/steps/consents.ts';
import type { RelayRow } from '../outbox/relay.ts';

/**
 * Those of the relays whose person has not agreed to the purpose at the relay's brand, as of now (serve specification,
 * "Consents"). What names no person or brand has nobody's consent.
 */
export async function withoutConsent(tx: Transaction, relays: readonly Pick<RelayRow, 'relay_id' | 'brand' | 'person_id'>[], purpose: ConsentPurpose | undefined): Promise<Set<string>> {
  if (purpose === undefined || relays.length === 0) return new Set();
  const persons = relays.flatMap(({ person_id: id }) => (id === null ? [] : [id]));
  const entries = groupBy(await consentsOfPersons(tx, persons, [purpose]), ({ brand, personId }) => `${brand} ${personId}`);
  const mayLeave = ({ brand, person_id: id }: Pick<RelayRow, 'brand' | 'person_id'>): boolean => consentInForce(entries.get(`${brand ?? ''} ${id ?? ''}`) ?? [], purpose);
  return new Set(relays.filter((relay) => !mayLeave(relay)).map(({ relay_id: id }) => id));
}
