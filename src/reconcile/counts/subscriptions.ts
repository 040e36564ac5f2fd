import { compareText } from '../../core/compare.ts';
import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Lifecycle } from '../../enriched/chains/lifecycle.ts';
import type { Bridge } from './bridge.ts';
import type { Reason } from './reasons.ts';

/** An account, as far as counts depend on it. */
export interface AccountFact {
  readonly accountId: string;
  readonly personId: string;
  readonly market: string | null;
  readonly hasEmail: boolean;
  readonly isTest: boolean;
  readonly createdOn: LocalDate | null;
}

/** A version of a subscription as it is enriched. */
export interface VersionFact {
  readonly id: string;
  readonly account: AccountFact;
  readonly chainId: string;
  readonly isLatest: boolean;
  /** As billing said when it was enriched. */
  readonly status: string | null;
  /** On the date of the reconciliation; of the latest version only. */
  readonly lifecycle: Lifecycle | undefined;
  /** On the date of the enrichment. */
  readonly storedLifecycle: string | null;
}

/** A version of a subscription as it was exported. */
export interface ExportedVersion {
  readonly id: string;
  readonly accountId: string | null;
  readonly status: string | null;
  readonly isDeleted: boolean;
  /** The day of its UpdatedDate. */
  readonly updated: LocalDate | null;
}

/** What hub counts: the latest version, active on the date, and no test data. */
export function isCountedActive({ isLatest, lifecycle, account }: VersionFact): boolean {
  return isLatest && lifecycle === 'active' && !account.isTest;
}

/** What a count over the export takes for an active subscription. */
export function saysActive({ status, isDeleted }: ExportedVersion): boolean {
  return !isDeleted && squash(status ?? '') === 'active';
}

/** Tells whether rows of an account wait for the enrichment; otherwise time explains nothing. */
export type IsPending = (accountId: string) => boolean;

/** Why the export counts a version that hub does not. */
function whyNotInHub(exported: ExportedVersion, version: VersionFact | undefined, isPending: IsPending): Reason {
  if (version === undefined) return exported.accountId === null || isPending(exported.accountId) ? 'not_enriched' : 'unexplained';
  if (version.account.isTest) return 'test_data';
  if (!version.isLatest) return 'superseded_version';
  if (squash(version.status ?? '') !== squash(exported.status ?? '')) return isPending(version.account.accountId) ? 'changed_since_enrich' : 'unexplained';
  return (version.lifecycle === undefined ? undefined : BY_LIFECYCLE[version.lifecycle]) ?? 'unexplained';
}

/** States in which the platform itself still says Active: a date has decided. */
const BY_LIFECYCLE: Partial<Record<Lifecycle, Reason>> = { cancelled: 'cancellation_passed', expired: 'term_ended', activation: 'not_started', suspended: 'suspended_then' };

/** States that the platform says of what ran on the date. */
const BY_STATUS: Readonly<Record<string, Reason>> = { cancelled: 'cancelled_in_future', canceled: 'cancelled_in_future', expired: 'expired_since', suspended: 'suspended_since' };

/** Why hub counts a version that the export does not. */
function whyNotInBilling(exported: ExportedVersion | undefined, version: VersionFact, isPending: IsPending): Reason {
  if (exported === undefined) return 'unexplained';
  if (exported.isDeleted) return isPending(version.account.accountId) ? 'deleted_since_enrich' : 'unexplained';
  const status = squash(exported.status ?? '');
  if (squash(version.status ?? '') !== status) return isPending(version.account.accountId) ? 'changed_since_enrich' : 'unexplained';
  return BY_STATUS[status] ?? 'unexplained';
}

/** The bridge from the export to hub, version by version. */
export function compareWithBilling(
  bridge: Bridge,
  brand: string,
  exported: ReadonlyMap<string, ExportedVersion>,
  versions: ReadonlyMap<string, VersionFact>,
  accounts: ReadonlyMap<string, AccountFact>,
  isPending: IsPending,
): void {
  for (const row of exported.values()) {
    if (!saysActive(row)) continue;
    const version = versions.get(row.id);
    const market = (version?.account ?? accounts.get(row.accountId ?? ''))?.market ?? null;
    const element = { brand, market, id: row.id };
    if (version !== undefined && isCountedActive(version)) bridge.both(element);
    else bridge.leftOnly(element, whyNotInHub(row, version, isPending));
  }
  for (const version of versions.values()) {
    const row = exported.get(version.id);
    if (!isCountedActive(version) || (row !== undefined && saysActive(row))) continue;
    bridge.rightOnly({ brand, market: version.account.market, id: version.id }, whyNotInBilling(row, version, isPending));
  }
}

/** A person with at least one active subscription of a brand. */
export interface ActivePerson {
  readonly personId: string;
  readonly market: string | null;
  readonly hasEmail: boolean;
}

/** The bridge from subscriptions to persons: each is counted with the first of its subscriptions, by chain. */
export function countPersons(bridge: Bridge, brand: string, versions: Iterable<VersionFact>): Map<string, ActivePerson> {
  const persons = new Map<string, ActivePerson>();
  const active = [...versions].filter(isCountedActive).sort((a, b) => compareText(a.chainId, b.chainId));
  for (const { chainId, account } of active) {
    const element = { brand, market: account.market, id: chainId };
    if (persons.has(account.personId)) bridge.leftOnly(element, 'several_subscriptions');
    else {
      bridge.both(element);
      persons.set(account.personId, { personId: account.personId, market: account.market, hasEmail: account.hasEmail });
    }
  }
  return persons;
}
