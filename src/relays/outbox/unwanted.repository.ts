import type { Knex } from 'knex';

import { slices } from '../../core/slices.ts';

/** Why nothing about a person is sent. */
export type Unwanted = 'erased' | 'suppressed' | 'test';

/** Those of the persons about whom nothing is sent, by id. A test account makes the whole person test data. */
export async function unwantedPersons(knex: Knex, personIds: readonly string[]): Promise<Map<string, Unwanted>> {
  const found = new Map<string, Unwanted>();
  for (const ids of slices([...new Set(personIds)].sort())) {
    const tests = await knex<{ person_id: string; is_test: number }>('enriched_accounts').whereIn('person_id', ids).where({ is_test: 1 }).distinct('person_id');
    for (const { person_id: id } of tests) found.set(id, 'test');
    const suppressed = await knex<{ person_id: string; reason: string }>('suppressions').whereIn('person_id', ids).select('person_id', 'reason');
    for (const { person_id: id, reason } of suppressed) found.set(id, reason === 'erased' ? 'erased' : 'suppressed');
  }
  return found;
}
