import { expect, test } from '@jest/globals';

import type { SubscriberTruth } from '../../../fixtures/generate/email/email-truth.ts';
import { generateLake } from '../../../fixtures/generate/generate.ts';
import { parseInstant, type LocalDate } from '../../../src/core/time.ts';
import { isActiveSubscriber, isSubscribed, type Subscriber } from '../../../src/enriched/subscribers/active.ts';
import { emailEvents } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { testClock } from '../../support/suite/clock.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { importEmail, purchasesRestore } from '../../support/stages/email.ts';
import { enrich, importAll } from '../../support/stages/enrich.ts';
import { readTruth } from '../../fixtures/generate-reading.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const END = '2026-03-31' as LocalDate;
const BRANDS = ['alpina', 'belmont', 'corvina'];
const INSTANTS = ['first_sent', 'last_sent', 'last_human_open', 'last_human_click', 'unsubscribed_at', 'resubscribed_at'] as const;

interface Row extends Subscriber {
  readonly brand: string;
  readonly email_sha256: string;
  readonly unsubscribed_reason: string | null;
}

describeEachDatabase('the subscribers of a generated lake', (suite) => {
  test('are those of the truth, and every batch is counted as the truth says', async () => {
    const root = temporaryFolder('lake');
    const { email } = await generateLake({ out: root, accounts: 120, days: 8, seed: 'mail', end: END, emailEvents: 2_500 });
    const lake = { root, write: () => undefined };
    const clock = testClock();
    const { report } = await importEmail(suite.database, lake, clock, { brands: BRANDS, rejectLimit: parseRejectLimit('1%') }, purchasesRestore(true));
    await importAll(suite.database, lake, clock);
    await enrich(suite.database, clock, { asOf: END, config: purchasesRestore(true) });

    expect(report.totals).toMatchObject({ read: email.events, refused: 0 });
    const history = await suite.database.read((knex) => knex('import_batches').where({ feed: 'email' }).orderBy(['entity', 'brand', 'batch']));
    const counts = (history as Record<string, unknown>[]).map(({ brand, entity, batch, read, inserted, unchanged, stale, rejected, repaired }) => ({
      ...{ brand, entity, batch, rows: read, inserted, unchanged, stale, rejected, shifted: repaired },
    }));
    expect(counts).toEqual(email.batches);
    expect(email.batches.reduce((sum, { shifted }) => sum + shifted, 0)).toBeGreaterThan(0);

    const rows = await suite.database.read((knex) => knex<Row>('email_subscribers').select());
    const found = Object.fromEntries(rows.map((row) => [`${row.brand} ${row.email_sha256}`, summaryOf(row)]));
    const truth = readTruth<SubscriberTruth>(root, 'subscribers');
    // Whoever left before the brand's first message, as the lake has it, left when the batch says so: after every purchase.
    const first = new Map(BRANDS.map((brand) => [brand, truth.flatMap((entry) => (entry.brand === brand && entry.first_sent !== undefined ? [entry.first_sent] : [])).sort()[0] ?? '']));
    const isUndated = ({ brand, unsubscribed_at: left }: SubscriberTruth): boolean => left !== undefined && left < (first.get(brand) ?? '');
    const keyOf = ({ brand, person_key: person }: SubscriberTruth): string => `${brand} ${person}`;
    for (const entry of truth.filter(isUndated)) {
      expect(found[keyOf(entry)]).toMatchObject({ subscribed: false, resubscribed_at: null, unsubscribed_at: expect.stringMatching(/^2026-03-\d\d \d\d:30:00\.000000$/) });
      Reflect.deleteProperty(found, keyOf(entry));
    }
    expect(found).toEqual(Object.fromEntries(truth.filter((entry) => !isUndated(entry)).map((entry) => [keyOf(entry), expectedOf(entry)])));
    expect(truth.some(({ resubscribed_at: back }) => back !== undefined)).toBe(true);
    for (const { table } of emailEvents) {
      const events = await suite.database.read((knex) => knex<Record<string, unknown>>(table).select());
      expect(events.filter((event) => /@|%40/.test(JSON.stringify(event)))).toEqual([]);
    }
  }, 60_000);
});

function summaryOf(row: Row): Record<string, unknown> {
  return {
    ...Object.fromEntries(INSTANTS.map((name) => [name, (row as unknown as Record<string, unknown>)[name] ?? null])),
    reason: row.unsubscribed_reason,
    subscribed: isSubscribed(row),
    active: isActiveSubscriber(row, END, 90),
  };
}

function expectedOf(entry: SubscriberTruth): Record<string, unknown> {
  const { subscribed, active, unsubscribed_reason: reason = null } = entry;
  return { ...Object.fromEntries(INSTANTS.map((name) => [name, parseInstant(entry[name] ?? '') ?? null])), reason, subscribed, active };
}
