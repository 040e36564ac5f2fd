import { compareText } from '../../core/compare.ts';
import type { LocalDate } from '../../core/time.ts';
import type { PlanVersion, SubscriptionVersion } from './version.ts';
import { isAdded, isRemoved, planKey } from './version.ts';

/** A new term of the same subscription: SubscriptionStartDate stays, TermStartDate moves on. */
export interface Renewal {
  readonly versionId: string;
  readonly termStart: LocalDate;
  readonly termEnd: LocalDate | null;
}

/** One version took plans away and added others; plans by their key across versions, sorted. */
export interface PlanSwitch {
  readonly versionId: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/** A version moved the subscription to another account. */
export interface OwnerTransfer {
  readonly versionId: string;
  readonly fromAccountId: string;
  readonly toAccountId: string;
}

/** The renewals along a line of versions, oldest first. */
export function renewalsOf(line: readonly SubscriptionVersion[]): Renewal[] {
  return pairs(line).flatMap(([before, after]) => {
    const { id, termStart, termEnd, subscriptionStart } = after;
    if (termStart === null || before.termStart === null || termStart <= before.termStart) return [];
    const restarted =
      subscriptionStart !== null && before.subscriptionStart !== null && subscriptionStart !== before.subscriptionStart;
    return restarted ? [] : [{ versionId: id, termStart, termEnd }];
  });
}

/** The changes of owner along a line of versions, oldest first. */
export function transfersOf(line: readonly SubscriptionVersion[]): OwnerTransfer[] {
  return pairs(line)
    .filter(([before, after]) => before.accountId !== after.accountId)
    .map(([before, after]) => ({
      versionId: after.id,
      fromAccountId: before.accountId,
      toAccountId: after.accountId,
    }));
}

/**
 * The plan switches along a line of versions, oldest first. As a removed plan stays removed on later versions, only
 * what was not removed before counts, and only what was not there before is new.
 */
export function switchesOf(
  line: readonly SubscriptionVersion[],
  plansOf: (version: SubscriptionVersion) => readonly PlanVersion[],
): PlanSwitch[] {
  return pairs(line).flatMap(([before, after]) => {
    const wasRemoved = keysOf(plansOf(before).filter(isRemoved));
    const wasThere = keysOf(plansOf(before).filter((plan) => !isRemoved(plan)));
    const from = [...keysOf(plansOf(after).filter(isRemoved))].filter((key) => !wasRemoved.has(key));
    const to = [...keysOf(plansOf(after).filter(isAdded))].filter((key) => !wasThere.has(key));
    if (from.length === 0 || to.length === 0) return [];
    return [{ versionId: after.id, from: from.sort(compareText), to: to.sort(compareText) }];
  });
}

function keysOf(plans: readonly PlanVersion[]): Set<string> {
  return new Set(plans.map(planKey));
}

function pairs<Item>(items: readonly Item[]): [before: Item, after: Item][] {
  return items.flatMap((after, index) => {
    const before = items[index - 1];
    return before === undefined ? [] : [[before, after] as [Item, Item]];
  });
}
