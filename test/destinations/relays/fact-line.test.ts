import { describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { parseFactLine } from '../../../src/destinations/relays/fact-line.ts';

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
    [`{"payload":{"x":"${'x'.repeat(1_048_576)}"}}`, 'it is longer than 1 MiB'],
  ])('says what is wrong without showing the line', (line, problem) => {
    expect(parseFactLine(line, rules)).toEqual({ problem });
  });
});
