import { expect, test } from '@jest/globals';

import { RefusedLines } from '../../src/core/refused-lines.ts';

test('a refused line is a problem at its place, with what to do', () => {
  const refused = new RefusedLines('leads.ndjson');
  expect([refused.count, refused.problems, refused.further]).toEqual([0, [], []]);
  refused.add('invalid_line', 7, 'it is no JSON object', 'Mend it.');
  expect(refused.problems).toEqual([{ code: 'invalid_line', message: 'leads.ndjson:7: it is no JSON object', file: 'leads.ndjson', line: 7, next: 'Mend it.' }]);
  expect(refused.further).toEqual([]);
});

test('of many refused lines the first fifty are told, and all are counted', () => {
  const refused = new RefusedLines('leads.ndjson');
  for (let line = 1; line <= 60; line++) refused.add('invalid_line', line, 'it is empty', 'Mend it.');
  expect([refused.count, refused.problems.length, refused.problems.at(-1)?.line]).toEqual([60, 50, 50]);
  expect(refused.further).toEqual([{ code: 'more_lines', message: 'leads.ndjson: 10 more lines are refused', file: 'leads.ndjson' }]);
});
