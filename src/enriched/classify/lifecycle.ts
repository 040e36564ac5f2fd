import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Classified } from '../rules/rule-set.ts';

export type Lifecycle =
  'draft' | 'activation' | 'pending' | 'active' | 'suspended' | 'cancelled' | 'expired' | 'unclassified';

/** The latest version of a chain, as far as its state depends on it. */
export interface LifecycleFacts {
  readonly status: string | null;
  /** TERMED, EVERGREEN. */
  readonly termType: string | null;
  readonly autoRenew: boolean | null;
  readonly subscriptionStart: LocalDate | null;
  readonly subscriptionEnd: LocalDate | null;
  readonly termEnd: LocalDate | null;
  readonly cancelled: LocalDate | null;
}

/**
 * The state of a subscription on a date (classification, "Lifecycle"; billing, "Subscription versions and chains").
 * A date takes effect on its own day, as on the platform: cancelled on the 5th is cancelled from the 5th, and a term
 * that ends on the 5th has its last paid day on the 4th. A status that the platform does not have is `unclassified`.
 */
export function lifecycle(latest: LifecycleFacts, asOf: LocalDate): Classified<Lifecycle> {
  switch (squash(latest.status ?? '')) {
    case 'draft':
      return decided('draft', 'lifecycle.status.draft');
    case 'pendingactivation':
      return decided('activation', 'lifecycle.status.pending_activation');
    case 'pendingacceptance':
      return decided('pending', 'lifecycle.status.pending_acceptance');
    case 'expired':
      return decided('expired', 'lifecycle.status.expired');
    case 'cancelled':
    case 'canceled':
      return ofCancelled(latest, asOf);
    case 'active':
      return ofRunning(latest, asOf, 'active');
    case 'suspended':
      return ofRunning(latest, asOf, 'suspended');
    default:
      return { value: 'unclassified', evidence: { rule: null } };
  }
}

/** Active on that date, and not test data. */
export function isActive(state: Lifecycle, isTest: boolean): boolean {
  return state === 'active' && !isTest;
}

function ofCancelled(latest: LifecycleFacts, asOf: LocalDate): Classified<Lifecycle> {
  const end = latest.cancelled ?? latest.subscriptionEnd;
  return end !== null && end > asOf
    ? decided('active', 'lifecycle.cancelled.in_future', end)
    : decided('cancelled', 'lifecycle.status.cancelled', end);
}

/** An export can be older than the date that is asked for, so dates outrank the status that it still carries. */
function ofRunning(latest: LifecycleFacts, asOf: LocalDate, state: 'active' | 'suspended'): Classified<Lifecycle> {
  const { cancelled, termEnd, subscriptionStart } = latest;
  if (cancelled !== null && cancelled <= asOf) return decided('cancelled', 'lifecycle.cancelled.date_passed', cancelled);
  if (squash(latest.termType ?? '') === 'termed' && latest.autoRenew !== true && termEnd !== null && termEnd <= asOf) {
    return decided('expired', 'lifecycle.term.ended', termEnd);
  }
  if (state === 'active' && subscriptionStart !== null && subscriptionStart > asOf) {
    return decided('activation', 'lifecycle.start.in_future', subscriptionStart);
  }
  return decided(state, `lifecycle.status.${state}`);
}

function decided(value: Lifecycle, rule: string, matched?: LocalDate | null): Classified<Lifecycle> {
  return { value, evidence: matched === undefined || matched === null ? { rule } : { rule, matched } };
}
