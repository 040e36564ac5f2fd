import { expect, test } from '@jest/globals';

import { problemLines, warningLines } from '../../../src/cli/text/problems-text.ts';
import { problem } from '../../../src/core/problem.ts';

test('problems are shown with their code and what helps, twenty of them', () => {
  expect(problemLines([])).toEqual([]);
  expect(problemLines([problem('bad', 'Bad.', { next: 'Ask.' }), problem('odd', 'Odd.')])).toEqual(['Problems:', '  bad: Bad.', '    next: Ask.', '  odd: Odd.']);
  const many = problemLines(Array.from({ length: 23 }, (_, index) => problem('odd', `Odd ${index}.`)));
  expect(many.slice(-2)).toEqual(['  odd: Odd 19.', '  … and 3 more (all of them with --output json)']);
});

test('warnings are shown under their heading, twenty of them', () => {
  expect(warningLines([])).toEqual([]);
  expect(warningLines(['One', 'Two'])).toEqual(['Warnings:', '  One', '  Two']);
  expect(warningLines(Array.from({ length: 21 }, String)).at(-1)).toBe('  … and 1 more (all of them with --output json)');
});
