import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { stateOn, suspensionOn, type ChainStates } from './states.ts';
import type { Classified } from '../rules/rule-set.ts';

export type Lifecycle =
  'draft' | 'activation' | 'pending' | 'active' | 'suspended' | 'cancelled' | 'expired' | 'unclassified';

/**
 * The state of a subscription on a date (classification, "Lifecycle"), by the states of its chain over time. A status that
 * the platform does not have is `unclassified`.
 *
 * @param status that of the latest version
 */
export function lifecycle(status: string | null, states: ChainStates, asOf: LocalDate): Classified<Lifecycle> {
  const word = squash(status ?? '');
  switch (stateOn(states, asOf)) {
    case 'never':
      return ofWaiting(word);
    case 'before':
      return decided('activation', 'lifecycle.start.in_future', states.start);
    case 'ended':
      return ofEnded(word, states);
    case 'suspended':
      return word === 'suspended' ? decided('suspended', 'lifecycle.status.suspended') : decided('suspended', 'lifecycle.suspended.then', suspensionOn(states.suspensions, asOf)?.from);
    case 'active':
      return ofActive(word, states, asOf);
  }
}

/** Active on that date, and not test data. */
export function isActive(state: Lifecycle, isTest: boolean): boolean {
  return state === 'active' && !isTest;
}

function ofWaiting(word: string): Classified<Lifecycle> {
  if (word === 'draft') return decided('draft', 'lifecycle.status.draft');
  if (word === 'pendingactivation') return decided('activation', 'lifecycle.status.pending_activation');
  if (word === 'pendingacceptance') return decided('pending', 'lifecycle.status.pending_acceptance');
  return { value: 'unclassified', evidence: { rule: null } };
}

/** An export can be older than the date that is asked for, so dates outrank the status that it still carries. */
function ofEnded(word: string, { end, endKind }: ChainStates): Classified<Lifecycle> {
  if (word === 'expired') return decided('expired', 'lifecycle.status.expired');
  if (endKind === 'term') return decided('expired', 'lifecycle.term.ended', end);
  return word.startsWith('cancel') ? decided('cancelled', 'lifecycle.status.cancelled', end) : decided('cancelled', 'lifecycle.cancelled.date_passed', end);
}

/** It can also be newer: what it calls ended or suspended was not yet. */
function ofActive(word: string, { end, suspensions }: ChainStates, asOf: LocalDate): Classified<Lifecycle> {
  if (word === 'expired') return decided('active', 'lifecycle.expired.later', end);
  if (word === 'suspended') return decided('active', 'lifecycle.suspended.later', suspensions.find(({ from }) => from > asOf)?.from);
  return word.startsWith('cancel') ? decided('active', 'lifecycle.cancelled.in_future', end) : decided('active', 'lifecycle.status.active');
}

function decided(value: Lifecycle, rule: string, matched?: LocalDate | null): Classified<Lifecycle> {
  return { value, evidence: matched === undefined || matched === null ? { rule } : { rule, matched } };
}
