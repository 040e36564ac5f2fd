import { expect, test } from '@jest/globals';

import { wholeShard } from '../../../src/core/shard.ts';
import { personJob, personOutcome } from '../../../src/engine/stage/person-report.ts';
import { PersonTally } from '../../../src/engine/stage/person-tally.ts';

const request = { allBrands: ['alpina', 'belmont'], brands: ['alpina'], accounts: undefined, range: undefined, shard: wholeShard, dryRun: true };

test('a job is of all brands, with what was asked for as its parameters, the date only where one decides', () => {
  const spec = personJob('build-scores', request, { asOf: '2026-04-01', mode: { rebuild: false } });
  expect(spec).toMatchObject({ command: 'build-scores', brands: ['alpina', 'belmont'], shard: '1/1', dryRun: true });
  expect(Object.entries(spec.params)).toEqual([['brands', ['alpina']], ['as_of', '2026-04-01'], ['accounts', null], ['from', null], ['to', null], ['shard', '1/1'], ['rebuild', false]]);
  expect(personJob('build-scores', request, { mode: {} }).params).not.toHaveProperty('as_of');
});

test('an outcome holds what every stage tells and what is its own, and is refused if somebody was left out', () => {
  const tally = new PersonTally();
  const chunk = new PersonTally();
  [chunk.persons, chunk.testAccounts] = [3, 1];
  chunk.add('alpina', 'scores', { inserted: 2, updated: 1, unchanged: 0, deleted: 0, fields: new Map([['score', 1]]) });
  chunk.undecidable.push({ brand: 'alpina', accountId: 'A1', fault: { reason: 'Error: none', at: [] } });
  tally.merge(chunk);
  tally.merge(chunk);
  const outcome = personOutcome(tally, { whole: undefined, compared: true }, { written: { relays: 4 }, more: { sums: 5 } });
  expect(outcome).toMatchObject({ status: 'refused', totals: { persons: 6, undecidable: 2, test_accounts_left_out: 2, inserted: 4, updated: 2, mended: 6, relays: 4, sums: 5, taken_up_whole: null, changed_fields: { 'scores.score': 2 } } });
  expect(outcome.problems.map(({ code }) => code)).toEqual(['undecidable', 'undecidable']);
  expect(personOutcome(new PersonTally(), { whole: 'first_run', compared: false })).toMatchObject({ status: 'succeeded', totals: { taken_up_whole: 'first_run' }, problems: [] });
});
