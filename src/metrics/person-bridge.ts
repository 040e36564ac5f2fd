import { squash } from '../core/text/text.ts';
import type { LocalDate } from '../core/time.ts';
import { chainBridge, mrrField, type ChainBridge } from './mrr/bridge.ts';
import type { MrrPerson, VersionFact } from './mrr/mrr-facts.ts';
import { openChains, type MrrSetup, type OpenedChain } from './person-mrr.ts';

/** The bridge of a chain, and where it belongs. */
export interface PersonBridge extends ChainBridge {
  readonly brand: string;
  readonly market: string | null;
  readonly currency: string;
  readonly chainId: string;
}

/**
 * The way of each chain of a person from billing's own MRR field to hub's MRR on a day (metrics, "Bridge"), test data
 * included. Charges in another currency than their chain's are a bridge of their own, to nothing.
 */
export function personBridges(person: MrrPerson, setup: MrrSetup, day: LocalDate): PersonBridge[] {
  return openChains(person, setup).flatMap((opened) => currenciesOf(opened).map((currency) => bridgeOf(opened, currency, day)));
}

function bridgeOf(opened: OpenedChain, currency: string, day: LocalDate): PersonBridge {
  const { account, latest, versions, charges, telling } = opened;
  const active = new Set(versions.filter(saysActive).map(({ id }) => id));
  const own = charges.filter((charge) => charge.currency === currency);
  const segment = opened.segments?.find(({ from, to }) => from <= day && (to === null || day < to));
  const bridge = chainBridge(
    {
      told: mrrField(own.filter(({ versionId }) => versionId === telling)),
      others: mrrField(own.filter(({ versionId }) => versionId !== telling && active.has(versionId ?? ''))),
      isToldActive: telling !== undefined && active.has(telling),
      isLatestActive: active.has(latest.id),
      isTest: account.isTest,
      isForeign: currency !== opened.currency,
      chain: opened.chain,
      isActive: segment?.state === 'active',
      mrr: segment?.mrr ?? 0,
    },
    day,
  );
  return { ...bridge, brand: account.brand, market: account.market, currency, chainId: latest.chainId };
}

/** The chain's own currency, and those of its charges besides. */
function currenciesOf({ currency, charges }: OpenedChain): string[] {
  return [...new Set([currency, ...charges.map((charge) => charge.currency)])].filter((own) => own !== null);
}

function saysActive({ status }: VersionFact): boolean {
  return squash(status ?? '') === 'active';
}
