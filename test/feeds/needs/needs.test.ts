import { expect, test } from '@jest/globals';

import { stages } from '../../../src/engine/declare/stages.ts';
import { needs, unmetNeeds } from '../../../src/feeds/needs/needs.ts';
import { rawTable } from '../../../src/raw/rows/table.ts';
import { entityNamed } from '../../../src/sources/index.ts';

test('needs are of commands, entities and columns that there are', () => {
  const commands = stages.flatMap((stage) => stage.commands);
  for (const { command, entity, column } of needs) {
    expect(commands).toContain(command);
    expect(Object.keys(rawTable(entityNamed(entity)).columns)).toEqual(expect.arrayContaining([column ?? 'source_id']));
  }
});

test('unmetNeeds names who lacks what, and how', () => {
  const unmet = unmetNeeds(['alpina', 'belmont'], (brand, { entity, column }) => {
    if (entity === 'invoice_payment' && brand === 'belmont') return 'absent';
    return column === 'test__c' ? 'empty' : 'stored';
  });
  expect(unmet.map(({ entity, column, brands }) => [entity, column, brands])).toEqual([
    ['account', 'test__c', { alpina: 'empty', belmont: 'empty' }],
    ['invoice_payment', undefined, { belmont: 'absent' }],
  ]);
  expect(unmetNeeds(['alpina'], () => 'stored')).toEqual([]);
});
