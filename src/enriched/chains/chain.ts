import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import { groupBy } from '../../core/group-by.ts';
import type { OwnerTransfer, PlanSwitch, Renewal } from './events.ts';
import { renewalsOf, switchesOf, transfersOf } from './events.ts';
import { groupVersions } from './group.ts';
import type { VersionGroup } from './group.ts';
import type { ChainIssue } from './issues.ts';
import { chainIssues } from './issues.ts';
import { inOrder, latestOf, lineTo } from './order.ts';
import { chainEnd } from './states.ts';
import type { PlanVersion, SubscriptionVersion } from './version.ts';
import { brandKey, isRemoved } from './version.ts';

/** A subscription over all of its versions. */
export interface Chain {
  readonly brand: string;
  /** The OriginalId; see groupVersions for exports that have none. */
  readonly id: string;
  /** All versions, oldest first. */
  readonly versions: readonly SubscriptionVersion[];
  readonly latest: SubscriptionVersion;
  /** The first day of the subscription. */
  readonly start: LocalDate | null;
  /** The first day after the subscription; in the future for a future cancellation, null while it is open. */
  readonly end: LocalDate | null;
  /** The plans of the latest version that no amendment removed, by id. */
  readonly currentPlans: readonly PlanVersion[];
  readonly renewals: readonly Renewal[];
  readonly switches: readonly PlanSwitch[];
  readonly transfers: readonly OwnerTransfer[];
  readonly issues: readonly ChainIssue[];
}

/**
 * Builds the chains of subscription versions (billing, "Subscription versions and chains"). Every version that is
 * not deleted lands in exactly one chain; what is broken is reported in `issues`, never thrown. The result is the
 * same whatever the order of the rows: chains by brand and id.
 */
export function buildChains(versions: readonly SubscriptionVersion[], plans: readonly PlanVersion[]): Chain[] {
  const alive = versions.filter(({ deleted }) => !deleted);
  const known = new Set(alive.map(({ brand, id }) => brandKey(brand, id)));
  const plansByVersion = groupBy(plans, ({ brand, versionId }) => brandKey(brand, versionId));
  const plansOf = ({ brand, id }: SubscriptionVersion): readonly PlanVersion[] =>
    plansByVersion.get(brandKey(brand, id)) ?? [];
  return groupVersions(alive)
    .flatMap((group) => buildChain(group, plansOf, (id) => known.has(brandKey(group.brand, id))))
    .sort((a, b) => compareText(a.brand, b.brand) || compareText(a.id, b.id) || compareText(a.latest.id, b.latest.id));
}

/** True if the subscription is cancelled for a day after the date: it is still active until then. */
export function isCancelledInFuture({ latest }: Chain, asOf: LocalDate): boolean {
  return latest.cancelled !== null && latest.cancelled > asOf;
}

function buildChain(
  { brand, chainId, versions }: VersionGroup,
  plansOf: (version: SubscriptionVersion) => readonly PlanVersion[],
  isKnown: (id: string) => boolean,
): Chain[] {
  const ordered = inOrder(versions);
  const latest = latestOf(ordered);
  if (latest === undefined) return [];
  const line = lineTo(latest, ordered).map(({ row }) => row);
  const start = startOf(line);
  return [
    {
      brand,
      id: chainId,
      versions: ordered.map(({ row }) => row),
      latest: latest.row,
      start,
      end: chainEnd(latest.row, start),
      currentPlans: plansOf(latest.row)
        .filter((plan) => !isRemoved(plan))
        .sort((a, b) => compareText(a.id, b.id)),
      renewals: renewalsOf(line),
      switches: switchesOf(line, plansOf),
      transfers: transfersOf(line),
      issues: chainIssues(ordered, latest, isKnown),
    },
  ];
}

/** SubscriptionStartDate is constant in a chain; without it the earliest date on which a version took effect. */
function startOf(line: readonly SubscriptionVersion[]): LocalDate | null {
  const stated = line.findLast(({ subscriptionStart }) => subscriptionStart !== null)?.subscriptionStart;
  if (stated !== undefined && stated !== null) return stated;
  return line.reduce<LocalDate | null>((earliest, { contractEffective, termStart }) => {
    const date = contractEffective ?? termStart;
    return date !== null && (earliest === null || date < earliest) ? date : earliest;
  }, null);
}
