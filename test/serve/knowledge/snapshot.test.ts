import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { instantFromMillis } from '../../../src/core/time.ts';
import { knowledgeOf, nothingKnown } from '../../../src/serve/knowledge/snapshot.ts';
import { snapshotBuilder } from '../../../src/serve/knowledge/build.ts';
import { readSnapshot, writeSnapshot } from '../../../src/serve/knowledge/snapshot-file.ts';
import type { Snapshot } from '../../../src/serve/knowledge/snapshot.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';

const at = instantFromMillis(0);
const hash = (n: number): string => sha256Hex(`person ${n}`);

function snapshotOf(brands: readonly string[], persons: ReadonlyMap<string, readonly string[]>, number = 1): Snapshot {
  const builder = snapshotBuilder(brands);
  for (const [person, active] of persons) {
    for (const brand of active) builder.add(person, brand);
    builder.add(person);
  }
  return builder.finish(number, at);
}

describe('what is known of persons', () => {
  const brands = Array.from({ length: 64 }, (_, n) => `b${n}`);
  const knowledge = knowledgeOf(snapshotOf(brands, new Map([[hash(1), []], [hash(2), ['b0', 'b31']], [hash(3), ['b32', 'b63']]]), 7));

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
    const knowledge = knowledgeOf(snapshotOf(['alpina'], persons));
    for (let n = 0; n <= 500; n++) {
      expect(knowledge.stateOf(hash(n), 'alpina')).toBe(!persons.has(hash(n)) ? 'unknown' : n % 2 === 0 ? 'known_active_same_brand' : 'known');
    }
  }), { numRuns: 20 });
});

test('a snapshot of 64 brands is the largest', () => {
  expect(() => snapshotBuilder(Array.from({ length: 65 }, (_, n) => `b${n}`))).toThrow('holds 64 brands, not 65');
});

describe('the file of a snapshot', () => {
  const snapshot = snapshotOf(['alpina', 'belmont'], new Map(Array.from({ length: 70_000 }, (_, n) => [hash(n), n % 3 === 0 ? ['belmont'] : []])), 412);

  test('gives back what was kept', () => {
    const file = join(temporaryFolder('snapshot'), 'knowledge');
    writeSnapshot(file, snapshot);
    expect(readSnapshot(file)).toEqual(snapshot);
  });

  test('is none if it is missing, cut or changed', () => {
    const file = join(temporaryFolder('snapshot'), 'knowledge');
    expect(readSnapshot(file)).toBeUndefined();
    writeSnapshot(file, snapshot);
    const bytes = readFileSync(file);
    for (const damaged of [Buffer.alloc(0), bytes.subarray(0, 20), bytes.subarray(0, -1), Buffer.concat([bytes.subarray(0, -1), Buffer.from('x')])]) {
      writeFileSync(file, damaged);
      expect(readSnapshot(file)).toBeUndefined();
    }
  });
});
