import { expect, test } from '@jest/globals';

import { encodeRow } from '../../../src/core/text/row-text.ts';
import type { RawRow } from '../../../src/raw/rows/row-parser.ts';
import { withOwnKeys } from '../../../src/raw/rows/shared-ids.ts';
import { storedColumns } from '../../../src/raw/rows/table.ts';
import { open } from '../../../src/sources/email/open.ts';

const names = storedColumns(open).map(({ sql }) => sql);
/** An open of a message, whose key is that of its event id. */
function opening(eventId: string, messageId: string): RawRow {
  const values = names.map((name) => (name === 'source_id' ? `key of ${eventId}` : name === 'message_id' ? messageId : null));
  return { sourceId: `key of ${eventId}`, text: encodeRow([...values, null]), hash: '', deleted: false, event: { eventId, emailSha256: 'person', contactId: null } } as unknown as RawRow;
}
const openings = (count: number, eventId: string): RawRow[] => Array.from({ length: count }, (_, i) => opening(eventId, `message ${i}`));
const keysOf = (rows: RawRow[]): string[] => withOwnKeys(open, 'alpina', rows).map(({ sourceId }) => sourceId);

test('events whose id stands for many get keys of their own, the same ones each time', () => {
  const rows = openings(11, 'shared');
  const keys = keysOf(rows);
  expect(new Set(keys).size).toBe(11);
  expect(keys).not.toContain('key of shared');
  expect(keysOf([...rows].reverse()).reverse()).toEqual(keys);
});

test('a row with a key of its own begins with it', () => {
  for (const { sourceId, text } of withOwnKeys(open, 'alpina', openings(11, 'shared'))) expect(text.split('\t')[0]).toBe(sourceId);
});

test('an id of a few events keeps its key, and so does the one beside a shared id', () => {
  expect(keysOf(openings(10, 'few'))).toEqual(Array.from({ length: 10 }, () => 'key of few'));
  expect(keysOf([opening('own', 'message'), ...openings(11, 'shared')])[0]).toBe('key of own');
});

test('one event that is delivered again and again is one', () => {
  expect(keysOf(Array.from({ length: 20 }, () => opening('again', 'message')))).toEqual(Array.from({ length: 20 }, () => 'key of again'));
});

test('of a large part an id must stand for more than one row in a hundred', () => {
  const others = Array.from({ length: 1200 }, (_, i) => opening(`own ${i}`, 'message'));
  expect(keysOf([...openings(11, 'seldom'), ...others])[0]).toBe('key of seldom');
});
