import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { instantFromMillis } from '../../../src/core/time.ts';
import { snapshotBuilder } from '../../../src/serve/knowledge/build.ts';
import { withChanges } from '../../../src/serve/knowledge/merge.ts';
import type { Snapshot } from '../../../src/serve/knowledge/snapshot.ts';

const BRANDS = ['alpina', 'belmont'];
const at = instantFromMillis(0);

/** Persons by number, each with the brands of their activity. */
function snapshotOf(persons: ReadonlyMap<number, readonly string[]>, number: number): Snapshot {
  const builder = snapshotBuilder(BRANDS);
  for (const [person, active] of persons) {
    builder.add(sha256Hex(`person ${person}`));
    for (const brand of active) builder.add(sha256Hex(`person ${person}`), brand);
  }
  return builder.finish(number, at);
}

const people = fc.dictionary(fc.nat(60).map(String), fc.subarray(BRANDS)).map((found) => new Map(Object.entries(found).map(([person, brands]) => [Number(person), brands])));

test('a snapshot with its changes is the snapshot of everybody', () => {
  fc.assert(
    fc.property(people, people, fc.array(fc.nat(60)), (before, changed, gone) => {
      const ids = [...changed.keys(), ...gone].map((person) => sha256Hex(`person ${person}`).slice(0, 32));
      const after = new Map([...[...before].filter(([person]) => !gone.includes(person)), ...changed]);
      const merged = withChanges(snapshotOf(before, 1), { personIds: ids, now: snapshotOf(changed, 2) });
      expect(merged).toEqual(snapshotOf(after, 2));
    }),
    { numRuns: 50 },
  );
});
