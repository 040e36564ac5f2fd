import { describe, expect, test } from '@jest/globals';

import { md5Hex, sha256Hex } from '../../../src/core/hash.ts';
import { decodeRow } from '../../../src/core/row-text.ts';
import { newDrift } from '../../../src/raw/drift.ts';
import { entityNamed } from '../../../src/raw/entities/index.ts';
import { matchHeader } from '../../../src/raw/header.ts';
import { RowParser, type RawRow } from '../../../src/raw/row-parser.ts';
import { storedColumns } from '../../../src/raw/table.ts';
import { eventRow, type EventName } from '../../support/email.ts';
import { batchOf, hexId, type ExportRow } from '../../support/lake.ts';

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
    expect(parse('send', { Email: '', ContactId: hexId(9) }).event).toMatchObject({ emailSha256: null, contactId: hexId(9) });
    expect(parse('send', { Email: 'unknown' }).event).toMatchObject({ emailSha256: null, contactId: null });
  });
});

describe('the key of an event', () => {
  test('is its EventId, or the hash of one that is too long', () => {
    expect(parse('open').sourceId).toBe(hexId(1));
    expect(parse('open', { EventId: 'x'.repeat(100) }).sourceId).toMatch(/^[0-9a-f]{32}$/);
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
