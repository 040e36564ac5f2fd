import { describe, expect, test } from '@jest/globals';

import { md5Hex, sha256Hex } from '../../../src/core/hash.ts';
import { decodeRow } from '../../../src/core/text/row-text.ts';
import { newDrift } from '../../../src/raw/rows/drift.ts';
import { entityNamed } from '../../../src/sources/index.ts';
import { matchHeader } from '../../../src/raw/rows/header.ts';
import { RowParser, type RawRow } from '../../../src/raw/rows/row-parser.ts';
import { storedColumns } from '../../../src/raw/rows/table.ts';
import { eventRow, type EventName } from '../../support/stages/email.ts';
import { batchOf, hexId, type ExportRow } from '../../support/lakes/lake.ts';

function parse(event: EventName, changes: ExportRow = {}, brand = 'alpina', more: ExportRow = {}): RawRow {
  const entity = entityNamed(event);
  const row = { ...eventRow(event, 1, changes), ...more };
  const parser = new RowParser(entity, matchHeader(entity, Object.keys(row)), batchOf('20260302T030000Z'), newDrift(), brand);
  const parsed = parser.parse(Object.values(row), 1);
  if (parsed === undefined) throw new Error('the event is not healthy');
  return parsed;
}

function stored(event: EventName, changes: ExportRow = {}, more: ExportRow = {}): Record<string, string | null> {
  const names = [...storedColumns(entityNamed(event)).map(({ sql }) => sql), 'extra'];
  const values = decodeRow(parse(event, changes, 'alpina', more).text);
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
}

describe('the address of an event', () => {
  test('is stored as the hashes of what is normalised, and as nothing else', () => {
    const row = stored('send', { Email: ' Anna.Gruber@Mail.Invalid ' });
    expect(row).toMatchObject({ email_sha256: sha256Hex('anna.gruber@mail.invalid'), email_md5: md5Hex('anna.gruber@mail.invalid') });
    expect(JSON.stringify(row)).not.toMatch(/anna/i);
  });

  test('is replaced by its hash in links, names of campaigns and unknown columns', () => {
    const row = stored(
      'click',
      { Url: 'https://x.invalid/?to=Anna%40mail.invalid&c=1', CampaignName: 'for anna@mail.invalid, again' },
      { Recipient: 'anna@mail.invalid' },
    );
    const hash = `sha256:${sha256Hex('anna@mail.invalid')}`;
    expect(row).toMatchObject({ url: `https://x.invalid/?to=${hash}&c=1`, campaign_name: `for ${hash}, again`, extra: JSON.stringify({ Recipient: hash }) });
  });

  test('may be missing, or be none: then nobody is concerned but the contact', () => {
    expect(parse('send', { Email: '', ContactId: hexId(9) }).event).toMatchObject({ emailSha256: null, contactId: hexId(9), unjoined: null });
    expect(parse('send', { Email: '', ContactId: `{${hexId(0xab9).toUpperCase()}}` }).event).toMatchObject({ contactId: hexId(0xab9) });
    expect(parse('send', { Email: 'unknown' }).event).toMatchObject({ emailSha256: null, contactId: null, unjoined: 'unreadable_address' });
    expect(parse('send', { Email: ' ' }).event).toMatchObject({ emailSha256: null, contactId: null, unjoined: 'no_recipient' });
  });

  test('may stand in place of the id of a contact, and is not kept there', () => {
    expect(parse('unsubscribe', { Email: '', ContactId: 'Anna@mail.invalid' }).event).toMatchObject({ emailSha256: sha256Hex('anna@mail.invalid'), contactId: null });
    expect(parse('unsubscribe', { Email: 'anna@mail.invalid', ContactId: 'Anna@mail.invalid' }).event).toMatchObject({ emailSha256: sha256Hex('anna@mail.invalid'), contactId: null });
    expect(() => parse('unsubscribe', { Email: 'anna@mail.invalid', ContactId: 'other@mail.invalid' })).toThrow('not healthy');
    expect(JSON.stringify(stored('open', { Email: 'anna@mail.invalid', ContactId: 'other@mail.invalid' }))).not.toMatch(/anna|other/i);
  });

  test('is read as mail systems write it', () => {
    expect(stored('unsubscribe', { Email: 'Anna Gruber <mailto:Anna.Gruber%40mail.invalid>;' })).toMatchObject({ email_sha256: sha256Hex('anna.gruber@mail.invalid') });
  });

  test('that an unsubscription does not name, or not so that it can be read, refuses it', () => {
    expect(() => parse('unsubscribe', { Email: '' })).toThrow('not healthy');
    expect(() => parse('unsubscribe', { Email: 'anna plus@mail.invalid', ContactId: hexId(9) })).toThrow('not healthy');
    expect(parse('unsubscribe', { Email: '', ContactId: hexId(9) }).event).toMatchObject({ contactId: hexId(9) });
  });

  test('tells the mailbox of an unsubscription that has several spellings, and of nothing else', () => {
    expect(parse('unsubscribe', { Email: 'Anna.G+x@googlemail.com' }).event?.mailboxSha256).toBe(sha256Hex('annag@gmail.com'));
    expect(parse('unsubscribe').event?.mailboxSha256).toBeNull();
    expect(parse('send', { Email: 'anna.g@gmail.com' }).event?.mailboxSha256).toBeNull();
  });
});

describe('the key of an event', () => {
  test('is made of its EventId and whom it concerns, the address before the contact', () => {
    const key = (changes: ExportRow): string => parse('open', changes).sourceId;
    expect(key({})).toBe(sha256Hex(`${hexId(1)} ${sha256Hex('person1@mail.invalid')}`).slice(0, 32));
    expect(key({ Email: '', ContactId: hexId(7) })).toBe(sha256Hex(`${hexId(1)} ${hexId(7)}`).slice(0, 32));
    expect(key({ EventId: 'x'.repeat(100) })).toMatch(/^[0-9a-f]{32}$/);
    expect(key({ Email: '<Person1@mail.invalid>', ContactId: hexId(7), OccurredAt: '2026-03-04', MessageId: 'm-9' })).toBe(key({}));
    expect(key({ Email: 'person2@mail.invalid' })).not.toBe(key({}));
  });

  test.each(['0', 'null', 'None', 'N/A', '-', '\\N', '00000000-0000-0000-0000-000000000000'])('is made of what the event says if its EventId is %s', (EventId) => {
    const key = (changes: ExportRow): string => parse('click', { EventId, ...changes }).sourceId;
    expect(key({})).toBe(parse('click', { EventId: '' }).sourceId);
    expect(key({ OccurredAt: '2026-03-01 10:00:01' })).not.toBe(key({}));
  });

  test('without EventId is what the event says: the same however the address is written, another for anything else', () => {
    const key = (changes: ExportRow, brand?: string): string => parse('click', { EventId: '', Url: 'https://a.invalid', ...changes }, brand).sourceId;
    expect(key({ Email: ' PERSON1@mail.invalid' })).toBe(key({}));
    expect(key({ UserAgent: 'curl/8' })).toBe(key({}));
    const others = [key({ MessageId: 'm-2' }), key({ Email: 'b@mail.invalid' }), key({ OccurredAt: '2026-03-01 10:00:01' }), key({ Url: 'https://b.invalid' }), key({}, 'belmont')];
    expect(new Set([key({}), ...others]).size).toBe(6);
    expect(key({ Email: '', ContactId: hexId(7) })).not.toBe(key({ Email: '', ContactId: hexId(8) }));
  });
});

test('an event needs to have happened at some time', () => {
  expect(() => parse('send', { OccurredAt: '' })).toThrow('not healthy');
  expect(() => parse('send', { OccurredAt: 'yesterday' })).toThrow('not healthy');
});
