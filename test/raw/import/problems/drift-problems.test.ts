import { expect, test } from '@jest/globals';

import { driftProblems } from '../../../../src/raw/import/problems/drift-problems.ts';

const place = { brand: 'alpina', stream: 'invoice', batch: '20260301T050000Z' };
const problemsOf = (drift: Parameters<typeof driftProblems>[0]) => driftProblems(drift, place, 'alpina invoice X');

test('each kind of drift is a problem of its own code, at the batch and its column', () => {
  const drift = {
    ...{ unknown_columns: ['Tier'], hidden_columns: 2, absent_columns: ['Tax', 'Comments'], ahead_of_batch: 3 },
    ...{ unusual_ids: { AccountId: 4 }, unknown_values: { Status: { Reversed: 5 } }, null_words: { ParentId: 6 }, unjoined: { no_recipient: 7 } },
    ...{ unknown_paths: { 'customer.tier': 8 }, lost_paths: { note: 9 }, changed_paths: { total: 1, tax: 2 } },
  };
  const found = problemsOf(drift);
  expect(found.map(({ code, column }) => [code, column])).toEqual([
    ['unknown_columns', 'Tier'],
    ['hidden_columns', undefined],
    ['absent_columns', undefined],
    ['unknown_values', 'Status'],
    ['unusual_ids', 'AccountId'],
    ['null_words', 'ParentId'],
    ['ahead_of_batch', 'UpdatedDate'],
    ['unknown_paths', 'customer.tier'],
    ['changed_paths', undefined],
    ['no_recipient', undefined],
  ]);
  for (const one of found) expect(one).toMatchObject({ ...place, message: expect.stringMatching(/^alpina invoice X: /) });
});

test('a batch without drift has no problem', () => {
  expect(problemsOf({})).toEqual([]);
});

test('of many paths the most frequent are told, and how many more there are', () => {
  const paths = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`path${index}`, index + 1]));
  const [found] = problemsOf({ unknown_paths: paths });
  expect(found?.message).toContain('path11 (12), path10 (11)');
  expect(found?.message).toContain('path2 (3) and 2 more');
});
