import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { instantFromMillis } from '../../../src/core/time.ts';
import { knowledgeOf, nothingKnown } from '../../../src/serve/knowledge/snapshot.ts';
import { snapshotOf } from '../../../src/serve/knowledge/build.ts';

const at = instantFromMillis(0);
const hash = (n: number): string => sha256Hex(`person ${n}`);

describe('what is known of persons', () => {
  const brands = Array.from({ length: 64 }, (_, n) => `b${n}`);
  const knowledge = knowledgeOf(snapshotOf({ number: 7, at, brands, persons: new Map([[hash(1), []], [hash(2), ['b0', 'b31']], [hash(3), ['b32', 'b63']]]) }));

  test.each([
    [1, 'b0', 'known'],
    [2, 'b0', 'known_active_same_brand'],
    [2, 'b31', 'known_active_same_brand'],
    [2, 'b1', 'known_active'],
    [2, 'b32', 'known_active'],
    [2, 'b63', 'known_active'],
    [2, 'other', 'known_active'],
    [3, 'b0', 'known_active'],
    [3, 'b32', 'known_active_same_brand'],
    [3, 'b63', 'known_active_same_brand'],
    [4, 'b0', 'unknown'],
  ])('person %i for %s: %s', (person, brand, expected) => {
    expect(knowledge.stateOf(hash(person), brand)).toBe(expected);
  });

  test('says up to where it is known', () => {
    expect(knowledge.asOf).toEqual({ number: 7, at });
    expect([nothingKnown.asOf, nothingKnown.stateOf(hash(1), 'b0')]).toEqual([undefined, 'unknown']);
  });
});

test('everybody in a snapshot is found, and nobody else', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.nat(500)), (people) => {
    const persons = new Map(people.map((n) => [hash(n), n % 2 === 0 ? ['alpina'] : []]));
    const knowledge = knowledgeOf(snapshotOf({ number: 1, at, brands: ['alpina'], persons }));
    for (let n = 0; n <= 500; n++) {
      expect(knowledge.stateOf(hash(n), 'alpina')).toBe(!persons.has(hash(n)) ? 'unknown' : n % 2 === 0 ? 'known_active_same_brand' : 'known');
    }
  }), { numRuns: 20 });
});
