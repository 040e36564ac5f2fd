import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../src/core/hash.ts';
import { parseFactLine } from '../../src/relays/fact-line.ts';
import type { Fact } from '../../src/relays/outbox.ts';

const rules = { kind: 'lead.created' as const, brands: ['alpina'] };

describe('parseFactLine', () => {
  test('takes what is given, and makes a key of the payload and a person of its address otherwise', () => {
    expect(parseFactLine('{"kind":"conversion","brand":"alpina","dedupe_key":"c1","person_id":"0123456789abcdef0123456789abcdef","payload":{"click_id":"x"}}', rules)).toEqual({
      ...{ kind: 'conversion', brand: 'alpina', subjectId: null, version: null },
      ...{ personId: '0123456789abcdef0123456789abcdef', payload: '{"click_id":"x"}', dedupeKey: 'c1' },
    });
    const fact = parseFactLine('{"payload":{"email":" Ann@Example.com "}}', rules);
    expect(fact).toMatchObject({ kind: 'lead.created', personId: sha256Hex('ann@example.com').slice(0, 32), dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(parseFactLine('{ "payload": {"email":" Ann@Example.com "} }', rules)).toEqual(fact);
  });

  test.each([
    ['not JSON', 'it is no JSON object'],
    ['[1]', 'it is no JSON object'],
    ['{"payload":[1]}', 'its payload must be an object'],
    ['{}', 'its payload must be an object'],
    ['{"kind":"order.assembled","payload":{}}', 'its kind must be lead.created or conversion'],
    ['{"brand":"delta","payload":{}}', 'its brand must be one of alpina'],
    ['{"dedupe_key":"","payload":{}}', 'its dedupe_key must be a text of 1 to 255 characters'],
    ['{"person_id":"x","payload":{}}', 'its person_id must be 32 hex digits'],
    ['{"email":"ann@example.com","payload":{}}', 'it has a key that is not known; there are kind, brand, dedupe_key, person_id, payload'],
  ])('says what is wrong without showing the line', (line, problem) => {
    expect(parseFactLine(line, rules)).toEqual({ problem });
  });

  test('keeps every digit of a number, so that two click ids stay two', () => {
    const [first, second] = ['9123456789012345678', '9123456789012345679'].map((id) => parseFactLine(`{"payload": {"click_id": ${id}, "payout": 4.50}}`, rules));
    expect(first).toMatchObject({ payload: '{"click_id":9123456789012345678,"payout":4.50}' });
    expect(second).toMatchObject({ payload: '{"click_id":9123456789012345679,"payout":4.50}' });
    expect((first as Fact).dedupeKey).not.toBe((second as Fact).dedupeKey);
  });

  test('keeps the order of names, and has one key for one payload in several spellings', () => {
    const spellings = ['{"payload":{"b":"ü/","10":1.50}}', '{"payload": { "b": "\\u00fc\\/", "10": 15e-1 } }'].map((line) => parseFactLine(line, rules) as Fact);
    expect(spellings.map(({ payload }) => payload)).toEqual(['{"b":"ü/","10":1.50}', '{"b":"ü/","10":15e-1}']);
    expect(spellings[0]?.dedupeKey).toBe(spellings[1]?.dedupeKey);
    expect(spellings[0]?.dedupeKey).toBe(sha256Hex('lead.created\n{"10":1.5,"b":"ü/"}'));
  });

  test('takes a payload that is nested too deeply to be written anew', () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(parseFactLine(`{"payload":${deep}}`, rules)).toMatchObject({ payload: deep });
  });
});
