import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { contact } from '../../../src/sources/billing/contact.ts';
import { emailEvents } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { eventRow, fold, importEmail, writeEvents, type EventName } from '../../support/stages/email.ts';
import { importLake } from '../../support/stages/import.ts';
import { csv, hexId, testLake, type ExportRow } from '../../support/lakes/lake.ts';
import { purge } from '../../support/stages/purge.ts';
import { dumpTables, type TableDump } from '../../support/databases/tables.ts';

const BATCHES = ['20260301T030000Z', '20260302T030000Z', '20260303T030000Z'];
const EVENTS: readonly EventName[] = ['send', 'open', 'click', 'unsubscribe'];
const DAY = 86_400_000;
const EVERYTHING = { email_events: 1, email_unsubscribes: 1 } as const;

interface Step {
  readonly events: readonly { readonly event: EventName; readonly changes: ExportRow }[];
  /** Whose a contact is from now on. */
  readonly owner: { readonly number: number; readonly person: number } | undefined;
  /** Whether all events are purged after the step. */
  readonly purged: boolean;
}

const event = fc
  .record({
    event: fc.constantFrom(...EVENTS),
    person: fc.integer({ min: 0, max: 3 }),
    contact: fc.integer({ min: 1, max: 2 }),
    at: fc.constantFrom('2026-02-01 10:00:00', '2026-03-01 02:00:00', '2026-03-02 23:30:00', '2031-01-01 00:00:00'),
    machine: fc.boolean(),
    reason: fc.constantFrom('link', 'complaint'),
  })
  .map(({ event: name, person, contact: number, at, machine, reason }) => ({
    event: name,
    changes: {
      Email: person === 0 ? '' : `person${person}@mail.invalid`,
      ContactId: hexId(900 + number),
      OccurredAt: at,
      IsMachine: String(machine),
      IsBot: String(machine),
      Reason: reason,
    },
  }));
const owner = fc.option(fc.record({ number: fc.integer({ min: 1, max: 2 }), person: fc.integer({ min: 1, max: 3 }) }), { nil: undefined });
const step: fc.Arbitrary<Step> = fc.record({ events: fc.array(event, { maxLength: 8 }), owner, purged: fc.boolean() });
const steps = fc.tuple(...BATCHES.map(() => step));

describeEachDatabase('a purge of e-mail events', (suite) => {
  test('changes nothing of what is known about subscribers, now and later, also when a contact changes hands', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (days) => {
        const kept = await live(suite, days.map((day) => ({ ...day, purged: false })));
        const purged = await live(suite, days);
        expect(purged).toEqual(kept);
      }),
      { numRuns: suite.dialect === 'sqlite' ? 20 : 4 },
    );
  }, 240_000);

  test('takes events and leaves the newer ones; none is left that is older', async () => {
    await suite.empty();
    const [lake, clock] = [testLake(), testClock('2026-03-20 05:00:00')];
    for (const [day, batch] of BATCHES.entries()) for (const name of EVENTS) writeEvents(lake, name, batch, [eventRow(name, day * 10 + 1)]);
    await importEmail(suite.database, lake, clock);
    await purge(suite.database, clock, { email_events: 18 });
    const dump = await dumpTables(suite.database, emailEvents.map(({ table }) => table));
    expect(Object.entries(dump).map(([table, rows]) => [table, rows.map((row) => String(row['lake_batch'])).sort()])).toEqual([
      ['email_sends', BATCHES.slice(2)],
      ['email_opens', BATCHES.slice(2)],
      ['email_clicks', BATCHES.slice(2)],
      ['email_unsubscribes', BATCHES],
    ]);
  });
});

/** Lives through the days and gives what is known in the end. */
async function live(suite: TestDatabase, days: readonly Step[]): Promise<Record<string, TableDump>> {
  await suite.empty();
  const [lake, clock] = [testLake(), testClock()];
  // The brand's first message is known from the start: what was purged keeps the date that it counted with until then.
  writeEvents(lake, 'send', '20260228T030000Z', [eventRow('send', 900, { Email: 'first@mail.invalid', OccurredAt: '2026-01-01 08:00:00' })]);
  for (const [day, { events, owner: change, purged }] of days.entries()) {
    const batch = BATCHES[day] ?? '';
    if (change !== undefined) {
      const row = { Id: hexId(900 + change.number), AccountId: hexId(change.number), WorkEmail: `person${change.person}@mail.invalid`, Deleted: 'false', UpdatedDate: `2026-02-0${day + 1}` };
      lake.write('contact', `2026020${day + 1}T050000Z`, csv([row]));
    }
    for (const name of EVENTS) {
      const rows = events.flatMap((one, index) => (one.event === name ? [eventRow(name, day * 100 + index + 1, one.changes)] : []));
      if (rows.length > 0) writeEvents(lake, name, batch, rows);
    }
    clock.advance(DAY);
    if (change !== undefined) await importLake(suite.database, lake, clock, { entities: [contact] });
    await importEmail(suite.database, lake, clock, { rejectLimit: parseRejectLimit('100%') });
    if (purged) await purge(suite.database, clock, EVERYTHING);
  }
  await fold(suite.database, clock);
  return dumpTables(suite.database, ['email_subscribers', 'email_contacts'], ['created_run', 'updated_at', 'change_no']);
}
