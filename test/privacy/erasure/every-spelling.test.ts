import { beforeEach, expect, test } from '@jest/globals';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { billingEntities } from '../../../src/sources/index.ts';
import { parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { unescaped } from '../../../src/core/text/escapes.ts';
import { testClock } from '../../support/suite/clock.ts';
import { catalogRows, customerRows, writeRows } from '../../support/rows/customers.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { eventRow, importEmail, writeEvents } from '../../support/stages/email.ts';
import { BRANDS, enrich } from '../../support/stages/enrich.ts';
import { workspace } from '../../support/program/hub.ts';
import { importLake } from '../../support/stages/import.ts';
import { testLake, type TestLake } from '../../support/lakes/lake.ts';
import { ID_KEY } from '../../support/stages/orders.ts';
import { dumpTables } from '../../support/databases/tables.ts';

const BATCH = '20260301T050000Z';
const [LOCAL, DOMAIN] = ['zo\u00eb.weg/a&b+tag', 'b\u00e4ckerei-weg.shop'];
const EMAIL = `${LOCAL}@${DOMAIN}`;
const percent = (text: string): string => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
/** How the address stands in what others wrote. */
const SPELLINGS = [
  EMAIL,
  EMAIL.toUpperCase(),
  encodeURIComponent(EMAIL),
  encodeURIComponent(encodeURIComponent(EMAIL)),
  percent(EMAIL),
  `${encodeURIComponent(LOCAL)}%40xn--bckerei-weg-l8a.shop`,
  `${LOCAL}@xn--bckerei-weg-l8a.shop`,
  EMAIL.replaceAll('&', '&amp;').replace('@', '&#64;'),
  EMAIL.replace('@', '\\u0040').replace('\u00eb', '\\u00eb'),
  EMAIL.normalize('NFD'),
  EMAIL.replace('@', '\u200b@'),
];
const CONFIG = 'brands:\n  - { id: alpina, name: Alpina }\n  - { id: belmont, name: Belmont }\n  - { id: corvina, name: Corvina }\ndestinations: { file: destinations.yaml }\n';
const DESTINATIONS = 'destinations:\n  - { id: partner, mode: post, url: "http://127.0.0.1:9/x", kinds: [lead.created, conversion], allow_private: true }\n';

/** What is left of a text if every escape is taken off: the local part is found in it, however it was written. */
const holdsTrace = (text: string): boolean => /zo\u00eb\.weg|b\u00e4ckerei-weg|bckerei-weg-l8a/i.test(unescaped(unescaped(text).text).text.normalize('NFC'));

function lakeOf(): TestLake {
  const lake = testLake();
  const other = customerRows({ number: 2 });
  const noted = { ...other, subscription: (other['subscription'] ?? []).map((row) => ({ ...row, Notes: `sent by ${SPELLINGS.join(' and ')}` })) };
  writeRows(lake, BATCH, 'alpina', catalogRows(), customerRows({ number: 1, email: EMAIL }), noted, customerRows({ number: 3, email: `<${EMAIL}>` }));
  writeEvents(lake, 'send', BATCH, [eventRow('send', 1, { Email: EMAIL }), eventRow('send', 2)]);
  writeEvents(lake, 'open', BATCH, [eventRow('open', 1, { Email: EMAIL, OccurredAt: 'yesterday' }), ...SPELLINGS.map((text, index) => eventRow('open', index + 10, { Email: text, OccurredAt: 'yesterday' }))]);
  writeEvents(lake, 'click', BATCH, SPELLINGS.map((text, index) => eventRow('click', index + 10, { Email: 'person2@mail.invalid', Url: `https://s.invalid/?to=${text}`, UserAgent: `Mail of ${text}` })));
  return lake;
}

describeEachDatabase('hub forget, of an address with letters and signs of all kinds', (suite) => {
  beforeEach(() => suite.empty());

  test('leaves no spelling of it in any table, file or log, also after the same rows are imported once more', async () => {
    const clock = testClock();
    const lake = lakeOf();
    const lenient = { rejectLimit: parseRejectLimit('100%') };
    const place = workspace({ HUB_DATABASE_URL: suite.url, HUB_ID_KEY: ID_KEY });
    writeFileSync(join(place.folder, 'hub.config.yaml'), CONFIG);
    writeFileSync(join(place.folder, 'destinations.yaml'), DESTINATIONS);
    await importLake(suite.database, lake, clock, { brands: BRANDS, entities: billingEntities, ...lenient });
    await importEmail(suite.database, lake, clock, lenient);
    await enrich(suite.database, clock);
    const leads = SPELLINGS.map((text, index) => JSON.stringify({ dedupe_key: `${text} ${index}`, payload: { lead: index, note: `call ${text} back` } }));
    writeFileSync(join(place.folder, 'leads.ndjson'), `${leads.join('\n')}\n`);
    expect((await place.hub(['relays', 'enqueue', '--destination', 'partner', '--kind', 'lead.created', '--file', 'leads.ndjson'])).code).toBe(0);
    rmSync(join(place.folder, 'leads.ndjson'));
    const traces = async (): Promise<string[]> =>
      Object.entries(await dumpTables(suite.database)).flatMap(([table, rows]) => rows.flatMap((row) => Object.entries(row).flatMap(([column, value]) => (holdsTrace(value ?? '') ? [`${table}.${column}`] : []))));
    expect(await traces()).toEqual(expect.arrayContaining(['raw_contacts.work_email', 'raw_subscriptions.notes', 'rejected_rows.raw', 'relays.payload']));

    const forgotten = await place.hub(['forget', ` Zo\u00eb <${EMAIL}>`]);

    expect(forgotten).toMatchObject({ code: 0, stderr: '' });
    expect(await traces()).toEqual([]);
    expect(holdsTrace(forgotten.stdout)).toBe(false);
    const files = readdirSync(place.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const own = suite.dialect === 'sqlite' ? [...files, ...sqliteFiles(suite.url)] : files;
    for (const file of own) expect({ file, holds: holdsTrace(readFileSync(file, 'utf8')) }).toEqual({ file, holds: false });

    const whole = { range: { from: '20260101T000000Z' as never, until: '20270101T000000Z' as never }, ...lenient };
    await importLake(suite.database, lake, clock, { brands: BRANDS, entities: billingEntities, ...whole });
    await importEmail(suite.database, lake, clock, whole);
    await enrich(suite.database, clock);
    expect(await traces()).toEqual([]);
  }, 120_000);

  test('finds who is known by the other form of the domain, also where only events tell of the person', async () => {
    const clock = testClock();
    const lake = testLake();
    writeEvents(lake, 'send', BATCH, [eventRow('send', 1, { Email: `gerda@${DOMAIN}` }), eventRow('send', 2, { Email: 'hans@xn--bckerei-weg-l8a.shop' })]);
    await importEmail(suite.database, lake, clock);
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    writeFileSync(join(place.folder, 'hub.config.yaml'), CONFIG);
    writeFileSync(join(place.folder, 'destinations.yaml'), DESTINATIONS);

    for (const email of ['gerda@xn--bckerei-weg-l8a.shop', `hans@${DOMAIN}`]) expect((await place.hub(['forget', email])).code).toBe(0);

    const { email_subscribers: subscribers, email_sends: sends } = await dumpTables(suite.database, ['email_subscribers', 'email_sends']);
    expect(subscribers).toEqual([]);
    expect(sends?.map(({ email_sha256: hash }) => hash)).toEqual([null, null]);
  });

  test('of nobody says so plainly, and of what is no address ends with 2', async () => {
    const place = workspace({ HUB_DATABASE_URL: suite.url });
    const nobody = await place.hub(['forget', '<nobody@mail.invalid>']);
    expect(nobody).toMatchObject({ code: 0 });
    expect(nobody.stdout).toContain('Nobody with this address was found: nothing was erased.');
    for (const text of ['nobody', 'a b@mail.invalid', 'a@mail.invalid, b@mail.invalid']) expect((await place.hub(['forget', text])).code).toBe(2);
  });
});

function sqliteFiles(url: string): string[] {
  const file = url.replace(/^sqlite:/, '');
  return [file, `${file}-wal`].filter((name) => statSync(name, { throwIfNoEntry: false }) !== undefined);
}
