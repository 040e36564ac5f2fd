import { describe, expect, test } from '@jest/globals';

import type { LocalDate } from '../../../src/core/time.ts';
import { stateOn } from '../../../src/enriched/chains/states.ts';
import { movementsOf, type Movement, type MovingChain } from '../../../src/metrics/movements/movements.ts';
import { mrrSegments, type MrrSegment } from '../../../src/metrics/mrr/segments.ts';
import { mrrChainOf, mrrVectors, statesOf, type MrrVector } from '../mrr-vectors.ts';

const asOf = (vector: MrrVector): string => vector.as_of ?? '2026-01-01';
const segmentsOf = (vector: MrrVector): ReadonlyMap<string, readonly MrrSegment[]> =>
  new Map(vector.chains.map((chain) => [chain.chain, chain.is_test ? [] : mrrSegments(mrrChainOf(chain, asOf(vector)))]));

function movementsIn(vector: MrrVector): Movement[] {
  const segments = segmentsOf(vector);
  const chains = vector.chains.map(
    (chain): MovingChain => ({
      ...{ brand: chain.brand, chainId: chain.chain, currency: chain.currency, segments: segments.get(chain.chain) ?? [] },
      ...{ replaces: chain.replaces !== undefined, isReplaced: vector.chains.some(({ replaces }) => replaces === chain.chain), renewalMonthsOn: () => null },
    }),
  );
  return movementsOf(chains);
}

describe.each(mrrVectors.map((vector) => [vector.name, vector] as const))('MRR: %s', (_, vector) => {
  test('has these segments', () => {
    const found = Object.fromEntries([...segmentsOf(vector)].map(([chain, own]) => [chain, own.map(({ from, to, state, mrr }) => [from, to, state, mrr])]));
    expect(found).toEqual(vector.segments);
  });

  test('has these movements', () => {
    const brands = new Set(vector.chains.map(({ brand }) => brand));
    const isLong = vector.movements.some((movement) => movement.length === 5);
    const wanted = vector.movements.flatMap(([date, kind, amount, currency = 'EUR', scope]) => (isLong ? [scope] : [...brands, '*']).map((own) => [own, currency, date, kind, amount].join(' ')));
    expect(movementsIn(vector).map(({ scope, currency, date, kind, amount }) => [scope, currency, date, kind, amount].join(' ')).sort()).toEqual(wanted.sort());
    for (const { isReplacement, date } of movementsIn(vector)) expect([date, isReplacement]).toEqual([date, vector.is_replacement?.includes(date) === true]);
  });

  test('counts these as active and as unpriced', () => {
    const real = vector.chains.filter((chain) => !chain.is_test);
    const active = Object.keys(vector.active ?? {}).map((day) => [day, real.filter((chain) => stateOn(statesOf(chain, asOf(vector)), day as LocalDate) === 'active').length]);
    expect(Object.fromEntries(active)).toEqual(vector.active ?? {});
    const unpriced = [...segmentsOf(vector)].flatMap(([chain, own]) => (own.some(({ evidence }) => evidence.unpriced.length > 0) ? [chain] : []));
    expect(unpriced).toEqual(vector.unpriced ?? []);
  });
});
