import { expect, test } from '@jest/globals';

import { idsOrAll } from '../../src/cli/selection.ts';

const rows = { what: 'rows', remedy: 'Give ids.' };

test('a command works on the ids that it is given, or on all if that is said', () => {
  expect(idsOrAll(['a', 'b'], false, rows)).toEqual(['a', 'b']);
  expect(idsOrAll([], true, rows)).toBeUndefined();
});

test('neither ids nor all, or both, is an error that says what to do', () => {
  expect(() => idsOrAll([], false, rows)).toThrow(expect.objectContaining({ code: 'selection_missing', message: 'No rows are named.', nextStep: 'Give ids.' }));
  expect(() => idsOrAll(['a'], true, rows)).toThrow(expect.objectContaining({ code: 'conflicting_options' }));
});
