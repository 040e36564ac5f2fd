import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { addDays } from '../../../src/core/time.ts';
import { buildChains } from '../../../src/enriched/chains/chain.ts';
import { inOrder } from '../../../src/enriched/chains/order.ts';
import type { ChainSpan } from '../../../src/enriched/chains/relations.ts';
import { relateChains } from '../../../src/enriched/chains/relations.ts';
import type { PlanVersion, SubscriptionVersion } from '../../../src/enriched/chains/version.ts';
import { shippedRules } from '../rules/shipped-rules.ts';
import { day, plan, version } from './versions.ts';

const someId = fc.constantFrom('v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'gone');
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null });
const someDay = fc.integer({ min: 0, max: 400 }).map((days) => addDays(day('2026-01-01'), days));

/** Versions whose links, numbers and flags are anything at all. */
const brokenVersions: fc.Arbitrary<SubscriptionVersion[]> = fc.uniqueArray(
  fc
    .record({
      brand: fc.constantFrom('alpina', 'belmont'),
      id: someId,
      accountId: fc.constantFrom('a1', 'a2'),
      name: maybe(fc.constantFrom('A-S1', 'A-S2', 'v1', 'null')),
      version: maybe(fc.integer({ min: -2, max: 4 })),
      isLatest: maybe(fc.boolean()),
      originalId: maybe(someId),
      previousId: maybe(someId),
      status: fc.constantFrom('Active', 'Cancelled', 'Expired', null),
      subscriptionStart: maybe(someDay),
      termStart: maybe(someDay),
      cancelled: maybe(someDay),
      deleted: fc.boolean(),
    })
    .map((change) => version(1, change)),
  { selector: ({ brand, id }) => `${brand} ${id}`, maxLength: 12 },
);

const somePlans: fc.Arbitrary<PlanVersion[]> = fc.uniqueArray(
  fc
    .tuple(someId, fc.constantFrom('basic', 'plus'), fc.constantFrom('NewProduct', 'RemoveProduct', null))
    .map(([versionId, product, type]) => plan(versionId, product, type)),
  { selector: ({ id }) => id, maxLength: 10 },
);

const someSpans: fc.Arbitrary<ChainSpan[]> = fc.uniqueArray(
  fc.record({
    brand: fc.constantFrom('alpina', 'belmont'),
    chainId: fc.constantFrom('c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'),
    personId: maybe(fc.constantFrom('p1', 'p2')),
    accountIds: fc.subarray(['a1', 'a2', 'a3']),
    productIds: fc.subarray(['x', 'y']),
    start: maybe(someDay),
    end: maybe(someDay),
    isDraft: fc.boolean(),
    isRecurring: fc.boolean(),
  }),
  { selector: ({ brand, chainId }) => `${brand} ${chainId}`, maxLength: 10 },
);

const shuffled = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });

describe('buildChains on versions broken in any way', () => {
  test('puts every version that is not deleted into exactly one chain', () => {
    fc.assert(
      fc.property(brokenVersions, somePlans, (versions, plans) => {
        const key = ({ brand, id }: SubscriptionVersion): string => `${brand} ${id}`;
        const chains = buildChains(versions, plans);
        const placed = chains.flatMap((chain) => chain.versions.map(key));
        expect(placed.sort()).toEqual(versions.filter(({ deleted }) => !deleted).map(key).sort());
        for (const { versions: members, latest } of chains) expect(members).toContain(latest);
      }),
      { numRuns: 500 },
    );
  });

  test('numbers every version from 1', () => {
    fc.assert(
      fc.property(brokenVersions, (versions) => {
        for (const chain of buildChains(versions, [])) expect(Math.min(...inOrder(chain.versions).map(({ number }) => number))).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('joins versions of two accounts only by an original or a name that says something', () => {
    fc.assert(
      fc.property(brokenVersions, (versions) => {
        const nameless = versions.map((each) => ({ ...each, originalId: null, name: each.name === 'null' ? 'null' : null }));
        for (const chain of buildChains(nameless, [])) expect(chain.versions).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same whatever the order of the rows', () => {
    const cases = fc
      .tuple(brokenVersions, somePlans)
      .chain(([versions, plans]) => fc.tuple(fc.constant([versions, plans] as const), shuffled(versions), shuffled(plans)));
    fc.assert(
      fc.property(cases, ([[versions, plans], otherVersions, otherPlans]) => {
        expect(buildChains(otherVersions, otherPlans)).toEqual(buildChains(versions, plans));
      }),
      { numRuns: 500 },
    );
  });
});

describe('relateChains on any chains', () => {
  test('gives the same whatever the order of the rows', () => {
    const cases = someSpans.chain((spans) => fc.tuple(fc.constant(spans), shuffled(spans)));
    fc.assert(
      fc.property(cases, ([spans, others]) => {
        expect(relateChains(others, shippedRules.chains)).toEqual(relateChains(spans, shippedRules.chains));
      }),
      { numRuns: 500 },
    );
  });

  test('lets each chain replace and be replaced at most once, and never wins back a replacement', () => {
    fc.assert(
      fc.property(someSpans, (spans) => {
        const { replacements, winbacks } = relateChains(spans, shippedRules.chains);
        const olds = replacements.map(({ brand, oldChainId }) => `${brand} ${oldChainId}`);
        const news = replacements.map(({ brand, newChainId }) => `${brand} ${newChainId}`);
        expect(new Set(olds).size).toBe(olds.length);
        expect(new Set(news).size).toBe(news.length);
        for (const { brand, chainId, days } of winbacks) {
          expect(news).not.toContain(`${brand} ${chainId}`);
          expect(days).toBeGreaterThanOrEqual(shippedRules.chains.winback_days_after);
        }
      }),
      { numRuns: 500 },
    );
  });
});
