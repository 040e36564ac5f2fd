import { expect, test } from '@jest/globals';

import type { ChargeFact, MrrAccount, VersionFact } from '../../src/metrics/mrr/mrr-facts.ts';
import { personBridges } from '../../src/metrics/person-bridge.ts';
import { charge, day } from './mrr/charges.ts';

const SETUP = { pricesIncludeTax: () => true };
const ON = day('2025-06-30');

const version = (change: Partial<VersionFact> = {}): VersionFact => ({
  ...{ id: 'v2', chainId: 'chain', version: 2, isLatest: true, status: 'Active', termType: 'EVERGREEN', autoRenew: null, currentTerm: null },
  ...{ contractEffective: null, subscriptionEnd: null, termEnd: null, cancelled: null, updated: null, chainStart: day('2025-01-01'), class: 'recurring' },
  ...{ isClassNamed: false, replaces: false, isReplaced: false, ...change },
});
const earlier = (change: Partial<VersionFact> = {}): VersionFact => version({ id: 'v1', version: 1, isLatest: false, chainStart: null, class: null, ...change });
const chargeOf = (versionId: string, change: Partial<ChargeFact> = {}): ChargeFact => ({ ...charge({ id: `c-${versionId}`, mrr: 1000 }), versionId, currency: 'EUR', ...change });
const account = (change: Partial<MrrAccount> = {}): MrrAccount => ({
  ...{ brand: 'alpina', accountId: 'a', personId: 'p', market: 'AT', currency: 'EUR', isTest: false, createdOn: null },
  ...{ versions: [version()], charges: [chargeOf('v2')], amendments: [], invoices: [], lines: [], ...change },
});
const bridges = (own: MrrAccount, neighbours: readonly MrrAccount[] = []): unknown =>
  personBridges({ personId: 'p', accounts: [own], neighbours }, SETUP, ON).map(({ brand, market, currency, chainId, billing, hub, steps }) => [
    [brand, market, currency, chainId].join(' '), billing, Object.fromEntries([...steps].map(([step, { numerator }]) => [step, Number(numerator)])), hub,
  ]);

test('a chain has one bridge, where its latest version stands', () => {
  expect(bridges(account())).toEqual([['alpina AT EUR chain', 1000, {}, 1000]]);
});

test('earlier versions count on the side of billing if they are Active, wherever they stand', () => {
  const before = account({ accountId: 'b', personId: 'q', versions: [earlier()], charges: [chargeOf('v1', { mrr: 800 })] });
  expect(bridges(account(), [before])).toEqual([['alpina AT EUR chain', 1800, { superseded_version: -800 }, 1000]]);
  const expired = account({ ...before, versions: [earlier({ status: 'Expired' })] });
  expect(bridges(account(), [expired])).toEqual([['alpina AT EUR chain', 1000, {}, 1000]]);
});

test('an earlier version tells MRR where the latest one has no charges', () => {
  const own = account({ versions: [version(), earlier({ status: 'Expired' })], charges: [chargeOf('v1')] });
  expect(bridges(own)).toEqual([['alpina AT EUR chain', 0, { superseded_version: 1000 }, 1000]]);
});

test('a cancellation of today takes nothing from a day before it', () => {
  expect(bridges(account({ versions: [version({ status: 'Cancelled', cancelled: day('2025-08-01') })] }))).toEqual([['alpina AT EUR chain', 0, { state_on_day: 1000 }, 1000]]);
});

test('charges of another currency are a bridge of their own: superseded ones go, those of the latest version are unexplained', () => {
  const francs = { currency: 'CHF' } as const;
  const moved = account({ versions: [version(), earlier()], charges: [chargeOf('v2'), chargeOf('v1', francs)] });
  expect(bridges(moved)).toEqual([['alpina AT EUR chain', 1000, {}, 1000], ['alpina AT CHF chain', 1000, { superseded_version: -1000 }, 0]]);
  const mixed = account({ charges: [chargeOf('v2'), chargeOf('v2', { ...francs, id: 'c3', price: 0 })] });
  expect(bridges(mixed)).toEqual([['alpina AT EUR chain', 1000, { not_in_effect: 1000, price_not_field: -1000 }, 1000], ['alpina AT CHF chain', 1000, { unexplained: -1000 }, 0]]);
});

test('test data has a bridge to nothing, and so has a chain without a start', () => {
  expect(bridges(account({ isTest: true }))).toEqual([['alpina AT EUR chain', 1000, { test_data: -1000 }, 0]]);
  expect(bridges(account({ versions: [version({ chainStart: null })] }))).toEqual([['alpina AT EUR chain', 1000, { undated: -1000 }, 0]]);
});

test('what has no currency has no bridge', () => {
  expect(bridges(account({ currency: null, charges: [chargeOf('v2', { currency: null })] }))).toEqual([]);
});
