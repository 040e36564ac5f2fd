import { expect, test } from '@jest/globals';

import type { Instant, LocalDate } from '../../src/core/time.ts';
import { isTrouble, secretChecks, type SecretFacts } from '../../src/secrets/secret-check.ts';

const facts = (changes: Partial<SecretFacts>): SecretFacts => ({ rows: [], users: new Map(), inEnvironment: () => false, unreadable: new Set(), calls: new Map(), today: '2026-11-28' as LocalDate, ...changes });
const row = (name: string, expires: string | null = null): SecretFacts['rows'][number] => ({ name, expires_at: expires === null ? null : (`${expires} 00:00:00.000000` as Instant) });

test('of a secret the worst is told that is known: missing, unreadable, expired, then what the calls of its accounts came to', () => {
  const users = new Map([['A', ['stripe/main']], ['B', ['shopify/shop', 'stripe/main']], ['C', ['shopify/shop']], ['D', ['crm/x']], ['E', ['stripe/main']]]);
  const rows = [row('A'), row('B'), row('C', '2026-11-28'), row('E'), row('F')];
  const calls = new Map([['stripe/main', 'ok'], ['shopify/shop', 'refused']] as const);
  const checks = secretChecks(facts({ users, rows, calls, unreadable: new Set(['E']) }));
  expect(checks.map(({ name, state, users: used }) => [name, state, used.length])).toEqual([['A', 'ok', 1], ['B', 'refused', 2], ['C', 'expired', 1], ['D', 'missing', 1], ['E', 'unreadable', 1], ['F', 'not asked', 0]]);
  expect(checks.filter(isTrouble).map(({ name }) => name)).toEqual(['B', 'C', 'D', 'E']);
});

test('the environment comes before what is stored, so neither the end nor the key of the row matters then', () => {
  const checks = secretChecks(facts({ rows: [row('A', '2020-01-01')], unreadable: new Set(['A']), inEnvironment: () => true }));
  expect(checks).toMatchObject([{ from: 'environment', expires_at: null, state: 'not asked' }]);
});

test('a secret that expires within 14 days is named, and is no trouble yet', () => {
  const checks = secretChecks(facts({ rows: [row('A', '2026-12-12'), row('B', '2026-12-13'), row('C', '2026-11-29')] }));
  expect(checks.map(({ expires_soon: soon }) => soon)).toEqual([true, false, true]);
  expect(checks.some(isTrouble)).toBe(false);
});
