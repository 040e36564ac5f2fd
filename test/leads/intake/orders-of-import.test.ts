import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { listLeads } from '../../../src/leads/look-up/show.repository.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { migrate, newDatabase } from '../../support/databases/databases.ts';
import { leadRecord } from '../steps/lead-records.ts';
import { importAll, testIntake, unsubscribe } from './intake.ts';

/** A lead or an unsubscription, and in which of some imports it comes. */
interface Happening {
  readonly minute: number;
  readonly person: 'anna' | 'bob';
  readonly what: 'f1' | 'f1 without consent' | 'f2' | 'leaves alpina' | 'leaves belmont';
  readonly import: number;
}

const happening = fc.record<Happening>({
  minute: fc.integer({ min: 0, max: 40 }),
  person: fc.constantFrom('anna', 'bob'),
  what: fc.constantFrom('f1', 'f1 without consent', 'f2', 'leaves alpina', 'leaves belmont'),
  import: fc.integer({ min: 0, max: 3 }),
});

function at(minute: number): string {
  return `2026-03-10T12:${String(minute).padStart(2, '0')}:00.000Z`;
}

function leadOf({ minute, person, what }: Happening, place: number): LeadRecord {
  const base = { lead_id: `lead_${place}`, received_at: at(minute) };
  const email = ['email', `${person}@mail.ch`] as const;
  if (what === 'f2') return leadRecord({ ...base, form: 'f2', brand: 'belmont', pairs: [email] });
  return leadRecord({ ...base, pairs: [email, ['country', 'FR'], ['optin', what === 'f1' ? '1' : '0']] });
}

test('outcomes, contacts and their history are the same whichever leads and unsubscriptions are imported first', async () => {
  const suite = await newDatabase('sqlite');
  const { database } = suite;
  await migrate(database);
  const importInOrder = async (happenings: readonly Happening[], isReversed: boolean) => {
    await suite.empty();
    const intake = testIntake();
    const imports = isReversed ? [3, 2, 1, 0] : [0, 1, 2, 3];
    for (const [round, now] of imports.entries()) {
      for (const [place, each] of happenings.entries()) {
        if (each.import !== now) continue;
        const brand = each.what === 'leaves alpina' ? 'alpina' : each.what === 'leaves belmont' ? 'belmont' : undefined;
        const id = at(each.minute).replace('T', ' ').replace('Z', '000');
        if (brand !== undefined) await unsubscribe(database, id, sha256Hex(`${each.person}@mail.ch`), brand, `u-${place}`);
        else {
          const lead = leadOf(each, place);
          intake.publish(`20260310T12000${round}Z-${place}`, [lead], lead.brand);
        }
      }
      await importAll(database, intake);
    }
    const rows = await database.read((knex) => listLeads(knex, { brands: ['alpina', 'belmont'] }, 100));
    return {
      outcomes: rows.map((row) => [row.lead_id, row.outcome, row.outcome_reason]).sort(),
      contacts: await database.read((knex) => knex('contacts').orderBy(['brand', 'person_id']).select('brand', 'person_id', 'state', 'leads', 'duplicates', 'restored', 'first_lead', 'last_lead', 'removed_at', 'restored_at')),
      events: await database.read((knex) => knex('contact_events').orderBy(['brand', 'person_id', 'event_id']).select('brand', 'event_id', 'outcome', 'reason')),
    };
  };
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 2, maxLength: 8 }), async (happenings) => {
      expect(await importInOrder(happenings, true)).toEqual(await importInOrder(happenings, false));
    }),
    { numRuns: 6 },
  );
});
