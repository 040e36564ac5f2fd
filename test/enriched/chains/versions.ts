import type { LocalDate } from '../../../src/core/time.ts';
import { buildChains, type Chain } from '../../../src/enriched/chains/chain.ts';
import type { PlanVersion, SubscriptionVersion } from '../../../src/enriched/chains/version.ts';

export const day = (text: string): LocalDate => text as LocalDate;

/** Version n of a sound chain of the subscription A-S1; the original is v1. */
export function version(number: number, change: Partial<SubscriptionVersion> = {}): SubscriptionVersion {
  return {
    brand: 'alpina',
    id: `v${number}`,
    accountId: 'a1',
    name: 'A-S1',
    version: number,
    isLatest: null,
    originalId: 'v1',
    previousId: number === 1 ? null : `v${number - 1}`,
    status: 'Active',
    termType: 'TERMED',
    autoRenew: true,
    contractEffective: day('2026-01-01'),
    subscriptionStart: day('2026-01-01'),
    subscriptionEnd: null,
    termStart: day('2026-01-01'),
    termEnd: day('2027-01-01'),
    cancelled: null,
    updated: null,
    deleted: false,
    ...change,
  };
}

/** A plan of a version of alpina. */
export function plan(versionId: string, product: string, amendmentType: string | null = null): PlanVersion {
  return {
    brand: 'alpina',
    id: `${versionId}-${product}`,
    versionId,
    productId: product,
    productRatePlanId: `${product}-plan`,
    name: product,
    amendmentType,
  };
}

/** The one chain that these versions make. */
export function only(versions: SubscriptionVersion[], plans: PlanVersion[] = []): Chain {
  const [chain, ...others] = buildChains(versions, plans);
  if (chain === undefined || others.length > 0) throw new Error(`${others.length + 1} chains`);
  return chain;
}

/** The ids of a chain's versions, in its order. */
export function idsOf({ versions }: Chain): string[] {
  return versions.map(({ id }) => id);
}
