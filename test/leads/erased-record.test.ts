import { expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import { eraseRecord, isErasedRecord } from '../../src/leads/erased-record.ts';
import { leadRecord } from './steps/lead-records.ts';

const isErased = (hash: string): boolean => hash === sha256Hex('anna@mail.ch');
const erase = (own: Parameters<typeof leadRecord>[0]) => eraseRecord(JSON.stringify(leadRecord(own)), isErased);

test.each([
  ['as it is stored', ['email', 'anna@mail.ch']],
  ['in another case, with blanks', ['email', ' Anna@MAIL.ch ']],
  ['as mail systems write it', ['email', 'Anna <anna@mail.ch>']],
  ['in bytes that could not be decoded', ['email', null, Buffer.from('anna@mail.ch').toString('base64')]],
] as const)('of a record with the address %s the id is left', (_name, pair) => {
  const erased = erase({ pairs: [['name', 'Anna Huber'], pair], address: '203.0.113.9' });
  expect(erased).toEqual({ isOwn: true, body: JSON.stringify({ v: 1, kind: 'lead', brand: 'alpina', lead_id: 'lead_1', erased: true }) });
  expect(isErasedRecord(JSON.parse(erased?.body ?? ''))).toBe(true);
});

test('of one that names the address in a text the address goes and the rest stays', () => {
  const erased = erase({ pairs: [['email', 'bob@mail.ch']], extra: [['note', 'ask anna%40mail.ch'], ['more', null, Buffer.from('\xeb anna@mail.ch').toString('base64')]], query: [['ref', 'carl@mail.ch']] });
  expect(erased?.isOwn).toBe(false);
  const left = JSON.parse(erased?.body ?? '') as object;
  expect(left).toMatchObject({ pairs: [['email', 'bob@mail.ch']], query: [['ref', 'carl@mail.ch']], lead_id: 'lead_1', address: '203.0.113.9' });
  expect(erased?.body).not.toMatch(/anna/);
  expect(isErasedRecord(left)).toBe(false);
});

test('what names nobody who was erased is left as it is, and an erased record too', () => {
  expect(erase({ pairs: [['email', 'bob@mail.ch']] })).toBeUndefined();
  expect(eraseRecord(erase({ pairs: [['email', 'anna@mail.ch']] })?.body ?? '', isErased)).toBeUndefined();
});

test('a line that is no record loses the address', () => {
  expect(eraseRecord('{"v":1,"pairs":[["email","anna@mail.ch"', isErased)).toEqual({ body: '{"v":1,"pairs":[["email","[erased]"', isOwn: false });
});
