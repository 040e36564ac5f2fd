import { groupBy } from '../core/group-by.ts';
import type { LocalDate } from '../core/time.ts';
import { chainStates } from '../enriched/chains/states.ts';
import { movementsOf, type Movement, type MovingChain } from './movements/movements.ts';
import { chargeSpans } from './mrr/charge-spans.ts';
import { monthlyOn } from './mrr/monthly.ts';
import type { MrrChain } from './mrr/mrr-chain.ts';
import type { ChargeFact, InvoiceFact, MrrAccount, MrrPerson, VersionFact } from './mrr/mrr-facts.ts';
import { renewalMonths } from './mrr/renewal-months.ts';
import { mrrSegments, type MrrSegment } from './mrr/segments.ts';
import { taxSource, type TaxSource } from './mrr/tax-share.ts';
import type { MrrMovementRecord, SubscriptionMrrRecord } from './records/mrr-tables.ts';

/** What decides beside the facts. */
export interface MrrSetup {
  /** Whether prices of a brand have tax in them (`metrics.prices_include_tax`). */
  readonly pricesIncludeTax: (brand: string) => boolean;
}

/** What could not be known of a person's chains, by chain (metrics, "Coverage"). */
export interface MrrCoverage {
  /** Chains with a charge that has no price. */
  readonly unpriced: number;
  /** Chains whose share of tax no invoice tells. */
  readonly withoutTax: number;
  /** Chains whose latest version has no charges, so that an earlier one's count. */
  readonly earlierCharges: number;
  /** Chains without a start or a currency: they have no segments. */
  readonly undated: number;
}

/** The rows of a person. */
export interface PersonMrr {
  readonly segments: readonly SubscriptionMrrRecord[];
  readonly movements: readonly MrrMovementRecord[];
  readonly coverage: MrrCoverage;
}

/** Decides state and MRR of a person's chains over time, and their movements (metrics, "MRR", "Movements"). Test data has none. */
export function personMrr(person: MrrPerson, setup: MrrSetup): PersonMrr {
  const chains = openChains(person, setup).filter(({ account }) => !account.isTest);
  const dated = chains.filter((chain): chain is DatedChain => chain.currency !== null && chain.chain !== undefined);
  const count = (isOne: (chain: OpenedChain) => boolean): number => chains.filter(isOne).length;
  return {
    segments: dated.flatMap(segmentRecords),
    movements: movementsOf(dated.map(movingChain)).map((movement) => movementRecord(person.personId, movement)),
    coverage: {
      unpriced: count(({ segments }) => segments?.some(({ evidence }) => evidence.unpriced.length > 0) === true),
      withoutTax: count(({ segments }) => segments?.some(({ mrr, evidence }) => mrr > 0 && evidence.tax.from === 'none') === true),
      earlierCharges: count(({ hasEarlierCharges }) => hasEarlierCharges),
      undated: chains.length - dated.length,
    },
  };
}

/** A chain of a person with what its MRR is made of. */
export interface OpenedChain {
  readonly account: MrrAccount;
  readonly latest: VersionFact;
  /** All of the chain, the latest among them, and their charges, whoever's accounts they stand in. */
  readonly versions: readonly VersionFact[];
  readonly charges: readonly ChargeFact[];
  /** The version whose charges tell MRR; undefined: none has any. */
  readonly telling: string | undefined;
  /** Undefined: nobody knows when it began. */
  readonly chain: MrrChain | undefined;
  readonly currency: string | null;
  /** Undefined: nobody knows when it began. */
  readonly segments: readonly MrrSegment[] | undefined;
  readonly hasEarlierCharges: boolean;
  /** That tells the share of tax in prices; undefined: none does, or prices have none. */
  readonly taxInvoice: InvoiceFact | undefined;
}

/** Opens every chain of a person, those of test data too. */
export function openChains(person: MrrPerson, setup: MrrSetup): OpenedChain[] {
  const real = person.accounts.filter(({ isTest }) => !isTest);
  return person.accounts.flatMap((account) => account.versions.filter(({ isLatest }) => isLatest).map((latest) => openChain(person, real, account, latest, setup)));
}

type DatedChain = OpenedChain & { readonly currency: string; readonly chain: MrrChain; readonly segments: readonly MrrSegment[] };

function openChain(person: MrrPerson, real: readonly MrrAccount[], account: MrrAccount, latest: VersionFact, setup: MrrSetup): OpenedChain {
  const { brand } = account;
  const all = [...person.accounts, ...person.neighbours].filter((other) => other.brand === brand);
  const versions = all.flatMap((other) => other.versions.filter(({ chainId }) => chainId === latest.chainId));
  const ids = new Set(versions.map(({ id }) => id));
  const ofChain = all.flatMap((other) => other.charges.filter(({ versionId }) => versionId !== null && ids.has(versionId)));
  const charges = chargesOf(latest, versions, ofChain);
  const start = latest.chainStart ?? account.createdOn;
  const currency = charges.find((charge) => charge.currency !== null)?.currency ?? account.currency;
  const telling = charges[0]?.versionId ?? undefined;
  const tax: TaxSource = setup.pricesIncludeTax(brand)
    ? taxSource(latest.chainId, account, real.filter((own) => own.brand === brand))
    : { share: { net: 0, tax: 0, from: 'excluded' }, invoice: undefined };
  const opened = { account, latest, versions, charges: ofChain, telling, currency, hasEarlierCharges: telling !== undefined && telling !== latest.id, taxInvoice: tax.invoice };
  if (start === null) return { ...opened, chain: undefined, segments: undefined };
  const amendments = all.flatMap((other) => other.amendments.filter(({ versionId }) => versionId !== null && ids.has(versionId)));
  const chain: MrrChain = {
    states: { ...chainStates({ start, latest, amendments }), start },
    charges,
    termEnds: versions.flatMap(({ termEnd, subscriptionEnd }) => [termEnd, subscriptionEnd]).filter((date): date is LocalDate => date !== null),
    termType: latest.termType,
    currentTerm: latest.currentTerm,
    contractEffective: latest.contractEffective,
    isFree: latest.class === 'gift' || (latest.class === 'complimentary' && latest.isClassNamed),
    tax: tax.share,
  };
  return { ...opened, chain, segments: mrrSegments(chain) };
}

/** Those of the latest version, which carries all plans; if it has none, of the newest one that has. */
function chargesOf(latest: VersionFact, versions: readonly VersionFact[], charges: readonly ChargeFact[]): ChargeFact[] {
  const byVersion = groupBy(charges, ({ versionId }) => versionId ?? '');
  const newestFirst = [latest, ...versions.filter(({ id }) => id !== latest.id).sort((a, b) => b.version - a.version || (a.id < b.id ? 1 : -1))];
  return newestFirst.map(({ id }) => byVersion.get(id) ?? []).find(({ length }) => length > 0) ?? [];
}

function movingChain({ account, latest, currency, chain, segments }: DatedChain): MovingChain {
  const renewalMonthsOn = (day: LocalDate): number | null => renewalMonths(chain, monthlyOn(chain, chargeSpans(chain), day).inEffect);
  return { brand: account.brand, chainId: latest.chainId, currency, segments, replaces: latest.replaces, isReplaced: latest.isReplaced, renewalMonthsOn };
}

function segmentRecords({ account, latest, currency, segments }: DatedChain): SubscriptionMrrRecord[] {
  return segments.map(({ from, to, state, mrr, evidence }) => ({
    brand: account.brand,
    account_id: account.accountId,
    chain_id: latest.chainId,
    from_date: from,
    to_date: to,
    state,
    mrr,
    currency,
    market: account.market,
    person_id: account.personId,
    class: latest.class,
    evidence: JSON.stringify(evidence),
  }));
}

function movementRecord(personId: string, { scope, currency, date, kind, amount, before, after, isReplacement, renewalMonths: months, chains }: Movement): MrrMovementRecord {
  return {
    brand: scope,
    person_id: personId,
    currency,
    movement_date: date,
    kind,
    amount,
    renewal_months: months,
    mrr_before: before,
    mrr_after: after,
    is_replacement: isReplacement,
    chains: JSON.stringify(chains.map(({ brand, chainId, amount: own }) => ({ brand, chain_id: chainId, amount: own }))),
  };
}
