import { expect, test } from '@jest/globals';

import { compareContacts } from '../../../src/reconcile/counts/leads.repository.ts';
import { importAll, testIntake } from '../../leads/intake/intake.ts';
import { leadRecord } from '../../leads/steps/lead-records.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';

describeEachDatabase('contacts, held against the leads of their persons', (suite) => {
  const BRANDS = ['alpina', 'belmont'];
  const compare = () => suite.database.snapshot((knex) => compareContacts({ database: suite.database, knex }, BRANDS));

  test('count what was imported; a changed count, a lost contact and a changed outcome are named', async () => {
    await suite.empty();
    const intake = testIntake();
    const lead = (id: string, email: string, minute: number) => leadRecord({ lead_id: `lead_${id}`, received_at: `2026-03-10T12:${minute}:00.000Z`, pairs: [['email', email], ['country', 'FR']] });
    intake.publish('20260310T120000Z-0', [lead('1', 'anna@mail.ch', 10), lead('2', 'anna@mail.ch', 11), lead('3', 'bob@mail.ch', 12), lead('4', 'carl@mail.ch', 13), lead('5', 'x', 14)]);
    await importAll(suite.database, intake);
    expect(await compare()).toEqual({ checked: 3, broken: [] });

    const people = await suite.database.read((knex) => knex('leads').orderBy('lead_id').whereNotNull('person_id').pluck('person_id'));
    const [anna, , bob, carl] = people as string[];
    await suite.database.write(async (tx) => {
      await tx('contacts').where({ person_id: anna }).update({ leads: 7 });
      await tx('contacts').where({ person_id: bob }).delete();
      await tx('leads').where({ person_id: carl }).update({ outcome: 'duplicate' });
    });
    const { broken } = await compare();
    expect(broken.map(({ personId }) => personId).sort()).toEqual([anna, bob, carl].sort());
  });
});
