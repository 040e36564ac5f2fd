import { expect, test } from '@jest/globals';

import { issuePath, readYaml } from '../../../src/core/text/yaml-text.ts';

const TEXT = `# A comment.
brands:
  - id: alpina
    name:
      Alpina
limit: 3
`;

test('gives the content, and the line on which a value or its key begins', () => {
  const { faults, content, lineOf, keyLineOf } = readYaml(TEXT);
  expect(faults).toEqual([]);
  expect(content).toEqual({ brands: [{ id: 'alpina', name: 'Alpina' }], limit: 3 });
  expect([lineOf(['limit']), lineOf(['brands']), lineOf(['brands', 0, 'name'])]).toEqual([6, 3, 5]);
  expect([keyLineOf(['limit']), keyLineOf(['brands']), keyLineOf(['brands', 0, 'name'])]).toEqual([6, 2, 4]);
});

test('of a part that is not there the line is that of the deepest one that is', () => {
  const { lineOf, keyLineOf } = readYaml(TEXT);
  expect([lineOf(['brands', 0, 'market']), keyLineOf(['brands', 0, 'market', 'x'])]).toEqual([3, 3]);
  expect([lineOf(['rules']), lineOf([]), keyLineOf(['rules'], 1), readYaml('').lineOf(['rules'])]).toEqual([2, 2, 1, 1]);
});

test('tells what keeps a text from being YAML, each with its line', () => {
  const { faults, content } = readYaml('a: 1\nb: [1\nc: "x\n');
  expect(faults.map(({ line }) => line)).toEqual(expect.arrayContaining([3]));
  expect(content).toBeUndefined();
  const [plain] = readYaml('a: 1\na: 2\n').faults;
  const [placed] = readYaml('a: 1\na: 2\n', 'with-column').faults;
  expect(plain).toEqual({ line: 2, message: 'Map keys must be unique' });
  expect(placed?.message).toMatch(/^Map keys must be unique at line 2, column 1:\n/);
});

test('the path of a key that belongs nowhere ends with the key', () => {
  expect(issuePath({ code: 'unrecognized_keys', path: ['brands', 0], keys: ['nme', 'x'] })).toEqual(['brands', 0, 'nme']);
  expect(issuePath({ code: 'invalid_type', path: ['brands'] })).toEqual(['brands']);
});
