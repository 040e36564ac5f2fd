import type { Instant } from '../../core/time.ts';
import { strongerReason } from '../../raw/events/effective.ts';

/** What the events of one address, or one contact, say. The names are those of the columns. */
export interface EmailState {
  readonly first_sent: Instant | null;
  readonly last_sent: Instant | null;
  readonly last_human_open: Instant | null;
  readonly last_human_click: Instant | null;
  readonly first_unsubscribed_at: Instant | null;
  readonly unsubscribed_at: Instant | null;
  /** Of the latest unsubscription; a complaint stays. */
  readonly unsubscribed_reason: string | null;
}

/** What no event says anything about. */
export const nothingKnown: EmailState = {
  first_sent: null,
  last_sent: null,
  last_human_open: null,
  last_human_click: null,
  first_unsubscribed_at: null,
  unsubscribed_at: null,
  unsubscribed_reason: null,
};

export const stateColumns = Object.keys(nothingKnown) as readonly (keyof EmailState)[];

/** What some events of one kind have in common. */
export interface EventSpan {
  readonly event: string;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  /** Of the last, if they are unsubscriptions. */
  readonly reason: string | null;
}

/** What a span of events by humans says. */
export function stateOf({ event, firstAt, lastAt, reason }: EventSpan): EmailState {
  switch (event) {
    case 'send':
      return { ...nothingKnown, first_sent: firstAt, last_sent: lastAt };
    case 'open':
      return { ...nothingKnown, last_human_open: lastAt };
    case 'click':
      return { ...nothingKnown, last_human_click: lastAt };
    case 'unsubscribe':
      return { ...nothingKnown, first_unsubscribed_at: firstAt, unsubscribed_at: lastAt, unsubscribed_reason: reason };
    default:
      return nothingKnown;
  }
}

/** Both together: minima and maxima, so the order of events does not matter and none counts twice. */
export function mergeStates(a: EmailState, b: EmailState): EmailState {
  return {
    first_sent: earliest(a.first_sent, b.first_sent),
    last_sent: latest(a.last_sent, b.last_sent),
    last_human_open: latest(a.last_human_open, b.last_human_open),
    last_human_click: latest(a.last_human_click, b.last_human_click),
    first_unsubscribed_at: earliest(a.first_unsubscribed_at, b.first_unsubscribed_at),
    unsubscribed_at: latest(a.unsubscribed_at, b.unsubscribed_at),
    unsubscribed_reason: strongerReason(leavingOf(a), leavingOf(b)),
  };
}

function leavingOf({ unsubscribed_at: at, unsubscribed_reason: reason }: EmailState): Parameters<typeof strongerReason>[0] {
  return { at, reason };
}

export function isSameState(a: EmailState, b: EmailState): boolean {
  return stateColumns.every((column) => a[column] === b[column]);
}

function earliest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function latest(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
