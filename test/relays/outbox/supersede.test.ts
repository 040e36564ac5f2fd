import { describe, expect, test } from '@jest/globals';

import type { RelayState } from '../../../src/relays/outbox/relay.ts';
import { succession, superseded, type Sibling } from '../../../src/relays/outbox/supersede.ts';

/** Versions of one document: `1 delivered` … with the version as id. */
function versions(...texts: readonly string[]): Sibling[] {
  return texts.map((text) => {
    const [version = '', state = ''] = text.split(' ');
    return { relayId: version, subjectId: 'ord_1', version: Number(version), state: state as RelayState };
  });
}

describe('succession', () => {
  test.each([
    ['only the newest of several that are due', ['1 pending', '2 retrying', '3 pending'], ['1', '2', '3'], { cancel: ['1', '2'], defer: [] }],
    ['not an older one than what is delivered', ['1 pending', '2 delivered'], ['1'], { cancel: ['1'], defer: [] }],
    ['nothing beside an older one in flight', ['1 in_flight', '2 pending'], ['2'], { cancel: [], defer: ['2'] }],
    ['an older one if the newer is cancelled', ['1 pending', '2 cancelled'], ['1'], { cancel: [], defer: [] }],
    ['a newer one although the older is dead', ['1 dead', '2 pending'], ['2'], { cancel: [], defer: [] }],
  ])('sends %s', (_title, texts, due, expected) => {
    expect(succession(versions(...texts), new Set(due))).toMatchObject(expected);
  });

  test('names the older ones that must not be claimed by others', () => {
    expect([...succession(versions('1 retrying', '2 pending'), new Set(['2'])).overtaken]).toEqual([['2', ['1']]]);
  });

  test('keeps subjects apart', () => {
    const other = versions('1 pending').map((sibling) => ({ ...sibling, relayId: 'other', subjectId: 'ord_2' }));
    expect(succession([...versions('2 pending'), ...other], new Set(['2', 'other']))).toMatchObject({ cancel: [], defer: [] });
  });
});

test('superseded are the waiting ones below the newest, not what is in flight or done', () => {
  expect(superseded(versions('1 delivered', '2 pending', '3 retrying', '4 in_flight', '5 pending'))).toEqual(['2', '3']);
});
