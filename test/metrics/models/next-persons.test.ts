import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { nextPersons } from '../../../src/metrics/models/next-persons.ts';

test('whoever comes after the end of a list that may go on waits', () => {
  expect(nextPersons([['a', 'c'], ['b', 'x']], 2)).toEqual({ persons: ['a', 'b', 'c'], isLast: false });
  expect(nextPersons([['a', 'c'], ['b']], 2)).toEqual({ persons: ['a', 'b', 'c'], isLast: false });
  expect(nextPersons([['a'], ['b']], 2)).toEqual({ persons: ['a', 'b'], isLast: true });
  expect(nextPersons([[], []], 2)).toEqual({ persons: [], isLast: true });
});

test('page by page everybody comes, each once and in order', () => {
  const list = fc.uniqueArray(fc.stringMatching(/^[0-9a-f]{1,3}$/), { maxLength: 20 });
  fc.assert(
    fc.property(list, list, fc.integer({ min: 1, max: 5 }), (one, other, most) => {
      const all = [one, other].map((own) => [...own].sort());
      const found: string[] = [];
      for (let after = ''; ; ) {
        const { persons, isLast } = nextPersons(all.map((own) => own.filter((person) => person > after).slice(0, most)), most);
        found.push(...persons);
        if (isLast) break;
        after = persons.at(-1) ?? '';
      }
      expect(found).toEqual([...new Set([...one, ...other])].sort());
    }),
  );
});
