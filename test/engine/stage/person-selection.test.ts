import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { isRestricted, selectionOf, reasonOfMark, requireKnownAccounts, type PersonRequest } from '../../../src/engine/stage/person-selection.ts';

const everybody: PersonRequest = { allBrands: ['alpina', 'belmont'], brands: ['alpina', 'belmont'], accounts: undefined, range: undefined };
const range = { from: '2026-03-01', to: '2026-04-01' } as PersonRequest['range'];

describe('a request', () => {
  test('is restricted if it leaves anything out', () => {
    expect(isRestricted(everybody)).toBe(false);
    expect([{ brands: ['alpina'] }, { accounts: ['A1'] }, { range }].map((part) => isRestricted({ ...everybody, ...part }))).toEqual([true, true, true]);
  });

  test('for accounts that nobody has is a mistake, unless a range may leave them out', () => {
    expect(() => requireKnownAccounts({ ...everybody, accounts: ['A1'] }, 0)).toThrow('None of these accounts is enriched.');
    for (const [part, queued] of [[{ accounts: ['A1'] }, 1], [{ accounts: ['A1'], range }, 0], [{}, 0]] as const) {
      expect(() => requireKnownAccounts({ ...everybody, ...part }, queued)).not.toThrow();
    }
  });
});

test('a stage takes everybody up in its first run and with another version', () => {
  const mark = { version: '7' } as Parameters<typeof reasonOfMark>[0];
  expect([reasonOfMark(undefined, '7'), reasonOfMark(mark, '7'), reasonOfMark(mark, '8')]).toEqual(['first_run', undefined, 'program_or_configuration_changed']);
});

test('a part is taken up by itself, everybody for a reason, and else what changed since the mark', () => {
  const mark = { mark: 7, asOf: '2026-04-01' as LocalDate, version: '1' };
  const whole = { allBrands: ['alpina', 'belmont'], brands: ['alpina', 'belmont'], accounts: undefined, range: undefined };
  const part = { ...whole, brands: ['alpina'] };
  expect(selectionOf(whole, undefined, mark, 9)).toEqual({ kind: 'changes', after: 7, upTo: 9 });
  expect(selectionOf(whole, 'first_run', undefined, 9)).toEqual({ kind: 'all' });
  expect(selectionOf(part, undefined, mark, 9)).toEqual({ kind: 'some', chosen: part });
});
