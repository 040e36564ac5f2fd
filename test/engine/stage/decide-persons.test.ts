import { expect, test } from '@jest/globals';

import { HubError } from '../../../src/core/errors.ts';
import { decidePersons } from '../../../src/engine/stage/decide-persons.ts';

const accountsOf = (person: string) => [{ brand: 'alpina', accountId: `${person}1` }, { brand: 'belmont', accountId: `${person}2` }];

test('who cannot be decided is left out with all accounts, and stops nobody', () => {
  const { people, decisions, undecidable } = decidePersons(['a', 'b', 'c'], accountsOf, (person) => {
    if (person === 'b') throw new Error('no order among the facts');
    return person.toUpperCase();
  });
  expect([people, decisions]).toEqual([['a', 'c'], ['A', 'C']]);
  expect(undecidable.map(({ brand, accountId }) => `${brand} ${accountId}`)).toEqual(['alpina b1', 'belmont b2']);
  expect(undecidable[0]?.fault.reason).toMatch(/^Error: /);
});

test('what concerns everybody ends the run', () => {
  const decide = (): never => {
    throw new HubError('configuration', 'currency_unknown', 'The currency is not configured.');
  };
  expect(() => decidePersons(['a'], accountsOf, decide)).toThrow(expect.objectContaining({ code: 'currency_unknown' }));
});
