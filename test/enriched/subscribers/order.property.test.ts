import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { instantOfBatch } from '../../../src/core/time.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { testClock, instantOf } from '../../support/suite/clock.ts';
import { describeEachDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { emailState, eventRow, fold, importEmail, writeEvents, type EventName } from '../../support/stages/email.ts';
import { importLake } from '../../support/stages/import.ts';
import { contact } from '../../../src/sources/billing/contact.ts';
import { batchOf, csv, hexId, testLake, type ExportRow } from '../../support/lakes/lake.ts';

const BATCHES = ['20260301T030000Z', '20260302T030000Z', '20260303T030000Z'];
const EVENTS: readonly EventName[] = ['send', 'open', 'click', 'unsubscribe'];

interface Delivered {
  readonly event: EventName;
  readonly row: ExportRow;
}

/** Twelve event ids for four persons and two contacts: many deliveries say something else than the first one did. */
const delivered: fc.Arbitrary<Delivered> = fc
  .record({
    event: fc.constantFrom(...EVENTS),
    id: fc.integer({ min: 1, max: 12 }),
    person: fc.integer({ min: 0, max: 4 }),
    contact: fc.integer({ min: 0, max: 2 }),
    at: fc.constantFrom('2026-02-01 10:00:00', '2026-03-01 02:00:00', '2026-03-01 20:00:00', '2026-03-02 00:00:00', '2026-03-02 23:30:00', '1970-01-01 00:00:00', '2026-01-15 08:00:00', '2031-01-01 00:00:00'),
    machine: fc.boolean(),
    reason: fc.constantFrom('link', 'complaint', 'hard_bounce'),
  })
  .map(({ event, id, person, contact: contactNumber, at, machine, reason }) => ({
    event,
    row: eventRow(event, id, {
      Email: person === 0 ? '' : `Person${person}@mail.invalid`,
      ContactId: contactNumber === 0 ? '' : hexId(900 + contactNumber),
      OccurredAt: at,
      IsMachine: String(machine),
      IsBot: String(machine),
      Reason: reason,
    }),
  }));
const content = fc.tuple(...BATCHES.map(() => fc.array(delivered, { maxLength: 14 })));
/** What the contacts are, day by day: the second state replaces the first. */
const contacts = fc.array(fc.record({ number: fc.integer({ min: 1, max: 2 }), person: fc.integer({ min: 1, max: 4 }), gone: fc.boolean() }), { minLength: 0, maxLength: 3 });
const arrivals = fc.shuffledSubarray([...BATCHES, 'contacts'], { minLength: BATCHES.length + 1 });

/** The brand's first message turns out, with the batch that arrives last, to be dated in 1970: none is known any more. */
const FIRST_MESSAGE_TAKEN_BACK: [Delivered[][], ContactChange[], string[]] = [
  [
    [{ event: 'send', row: eventRow('send', 1, { Email: 'Person2@mail.invalid', OccurredAt: '1970-01-01 00:00:00' }) }],
    [],
    [
      { event: 'send', row: eventRow('send', 1, { Email: 'Person2@mail.invalid', OccurredAt: '2026-02-01 10:00:00' }) },
      { event: 'unsubscribe', row: eventRow('unsubscribe', 1, { ContactId: hexId(901), OccurredAt: '2026-01-15 08:00:00', Reason: 'link' }) },
    ],
  ],
  [],
  ['contacts', ...BATCHES.slice(1), ...BATCHES.slice(0, 1)],
];

/** An unsubscription with a date alone, of the day on which the brand wrote for the first time. */
const LEFT_ON_THE_FIRST_DAY: [Delivered[][], ContactChange[], string[]] = [
  [
    [],
    [{ event: 'send', row: eventRow('send', 1, { Email: 'Person1@mail.invalid', OccurredAt: '2026-03-02 23:30:00' }) }],
    [{ event: 'unsubscribe', row: eventRow('unsubscribe', 1, { ContactId: hexId(901), OccurredAt: '2026-03-02 00:00:00', Reason: 'link' }) }],
  ],
  [],
  [...BATCHES.slice(1), ...BATCHES.slice(0, 1), 'contacts'],
];

describeEachDatabase('e-mail events and subscribers', (suite) => {
  test('are the same in whatever order batches and contacts arrive, and what a plain count of the events says', async () => {
    await fc.assert(
      fc.asyncProperty(content, contacts, arrivals, async (events, changes, order) => {
        const state = await arrive(suite, events, changes, order.map((step) => [step]));
        expect(state).toEqual(await arrive(suite, events, changes, [[...BATCHES, 'contacts']]));
        expect(state['email_touches']).toEqual([]);
        expect(summary(state['email_subscribers'] ?? [])).toEqual(counted(events, changes));
      }),
      { numRuns: suite.dialect === 'sqlite' ? 40 : 6, examples: [FIRST_MESSAGE_TAKEN_BACK, LEFT_ON_THE_FIRST_DAY] },
    );
  }, 120_000);
});

type ContactChange = { readonly number: number; readonly person: number; readonly gone: boolean };

/** Lets batches arrive group by group with an import after each, and gives what is stored in the end. */
async function arrive(suite: TestDatabase, events: readonly (readonly Delivered[])[], changes: readonly ContactChange[], groups: readonly (readonly string[])[]) {
  await suite.empty();
  const lake = testLake();
  const clock = testClock();
  for (const group of groups) {
    for (const step of group) {
      if (step === 'contacts') writeContacts(lake, changes);
      else for (const event of EVENTS) writeEvents(lake, event, step, (events[BATCHES.indexOf(step)] ?? []).filter((one) => one.event === event).map(({ row }) => row));
    }
    clock.advance(60_000);
    if (group.includes('contacts')) await importLake(suite.database, lake, clock, { entities: [contact] });
    await importEmail(suite.database, lake, clock, { rejectLimit: parseRejectLimit('100%') });
  }
  await fold(suite.database, clock);
  return emailState(suite.database);
}

function writeContacts(lake: ReturnType<typeof testLake>, changes: readonly ContactChange[]): void {
  const columns = ['Id', 'AccountId', 'WorkEmail', 'Deleted', 'UpdatedDate'];
  for (const [day, { number, person, gone }] of changes.entries()) {
    const id = hexId(900 + number);
    const row: ExportRow = gone
      ? { Id: id, Deleted: 'true', UpdatedDate: `2026-02-0${day + 1}` }
      : { Id: id, AccountId: hexId(number), WorkEmail: `person${person}@mail.invalid`, Deleted: 'false', UpdatedDate: `2026-02-0${day + 1}` };
    lake.write('contact', `2026020${day + 1}T050000Z`, csv([row], columns));
  }
}

/** The subscribers by plain counting: the first delivery of each event, nothing incremental. */
function counted(events: readonly (readonly Delivered[])[], changes: readonly ContactChange[]): Record<string, Record<string, string | null>> {
  const addressOf = new Map<string, string>();
  for (const { number, person, gone } of changes) {
    if (gone) addressOf.delete(hexId(900 + number));
    else addressOf.set(hexId(900 + number), `person${person}@mail.invalid`);
  }
  const seen = new Set<string>();
  const counting: { subjects: string[]; event: EventName; occurred: string; exported: string; reason: string }[] = [];
  const persons: Record<string, Record<string, string | null>> = {};
  for (const [index, batch] of BATCHES.entries()) {
    for (const { event, row } of events[index] ?? []) {
      const key = `${event} ${row['EventId'] ?? ''} ${(row['Email']?.toLowerCase() || row['ContactId']) ?? ''}`;
      if (event === 'unsubscribe' && row['Email'] === '' && row['ContactId'] === '') continue;
      if (seen.has(key)) continue;
      seen.add(key);
      const machine = (event === 'open' && row['IsMachine'] === 'true') || (event === 'click' && row['IsBot'] === 'true');
      if (machine) continue;
      const named = row['Email'] === '' ? [] : [row['Email']?.toLowerCase() ?? ''];
      const meant = named.length === 0 || event === 'unsubscribe' ? [addressOf.get(row['ContactId'] ?? '') ?? ''] : [];
      const subjects = [...named, ...meant].filter((email) => email !== '').map((email) => sha256Hex(email).slice(0, 32));
      counting.push({ subjects, event, occurred: instantOf(row['OccurredAt'] ?? ''), exported: instantOfBatch(batchOf(batch)), reason: row['Reason'] ?? '' });
    }
  }
  const isLeaving = ({ event }: { event: EventName }): boolean => event === 'unsubscribe';
  for (const { subjects, event, occurred, exported } of counting.filter((one) => !isLeaving(one))) {
    for (const subject of subjects) count((persons[subject] ??= { ...NOTHING }), event, occurred > exported ? exported : occurred, '');
  }
  const firstMessage = Object.values(persons).map(({ first_sent: sent }) => sent ?? '').filter((sent) => sent > '1971').sort()[0] ?? '1971';
  for (const { subjects, event, occurred, exported, reason } of counting.filter(isLeaving)) {
    const dated = occurred.replace(' 00:00:00.000000', ' 23:59:59.999999');
    for (const subject of subjects) count((persons[subject] ??= { ...NOTHING }), event, dated < firstMessage || dated > exported ? exported : dated, reason);
  }
  return persons;
}

const NOTHING = { first_sent: null, last_sent: null, last_human_open: null, last_human_click: null, unsubscribed_at: null, unsubscribed_reason: null };

function count(person: Record<string, string | null>, event: EventName, at: string, reason: string): void {
  const raise = (column: string): void => {
    person[column] = [person[column] ?? '', at].sort()[1] ?? null;
  };
  if (event === 'send') {
    person['first_sent'] = [person['first_sent'] ?? at, at].sort()[0] ?? null;
    raise('last_sent');
  }
  if (event === 'open') raise('last_human_open');
  if (event === 'click') raise('last_human_click');
  if (event !== 'unsubscribe') return;
  const [before, why] = [person['unsubscribed_at'] ?? '', person['unsubscribed_reason'] ?? ''];
  if (why !== 'complaint' && (reason === 'complaint' || at > before || (at === before && reason < why))) person['unsubscribed_reason'] = reason;
  raise('unsubscribed_at');
}

function summary(rows: readonly Readonly<Record<string, string | null>>[]): Record<string, Record<string, string | null>> {
  return Object.fromEntries(
    rows.map((row) => [row['person_id'] ?? '', Object.fromEntries(Object.keys(NOTHING).map((column) => [column, row[column] ?? null]))]),
  );
}
