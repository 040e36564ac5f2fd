import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';
import { lastResumption, suspensionsOf, type ChainAmendment, type Suspension } from './suspensions.ts';

/** The latest version of a chain, as far as the states of the chain depend on it. */
export interface StatedVersion {
  readonly status: string | null;
  /** TERMED, EVERGREEN. */
  readonly termType: string | null;
  readonly autoRenew: boolean | null;
  readonly contractEffective: LocalDate | null;
  readonly subscriptionEnd: LocalDate | null;
  readonly termEnd: LocalDate | null;
  readonly cancelled: LocalDate | null;
  /** The day of its UpdatedDate: on it the platform said all this. */
  readonly updated: LocalDate | null;
}

/** What the states of a chain are made of. */
export interface StatedChain {
  /** The first day: that of the chain, else the day on which its account was created; null if neither is known. */
  readonly start: LocalDate | null;
  readonly latest: StatedVersion;
  /** Of all versions. */
  readonly amendments: readonly ChainAmendment[];
}

/** Why a chain ends. */
export type EndKind = 'cancelled' | 'expired' | 'term';

/** The states of a chain over time. Before `start` and from `end` on it is neither active nor suspended. */
export interface ChainStates {
  /** `never`: the status is Draft or Pending…, or one that the platform does not have. */
  readonly kind: 'runs' | 'never';
  /** Null: since ever. */
  readonly start: LocalDate | null;
  /** The first day after the chain; null while it is open. */
  readonly end: LocalDate | null;
  /** Null while it is open. */
  readonly endKind: EndKind | null;
  /** By date, apart from each other, within start and end; the last may be open. */
  readonly suspensions: readonly Suspension[];
}

/** What a chain is on a day. */
export type DayState = 'never' | 'before' | 'active' | 'suspended' | 'ended';

/**
 * The states of a chain over time (metrics, "Active subscriptions, any day"): enrichment, reconciliation and metrics all ask
 * it. A date takes effect on its own day: cancelled on the 5th is over from the 5th on. The result does not depend on the day
 * on which it is asked for: a chain that was Expired before the end of its term ended when its latest version took effect.
 */
export function chainStates({ start, latest, amendments }: StatedChain): ChainStates {
  const { end, kind: endKind } = endOf(latest, start);
  const span = { start, end, endKind };
  if (!RUNNING.has(squash(latest.status ?? ''))) return { kind: 'never', ...span, suspensions: [] };
  return { kind: 'runs', ...span, suspensions: within(span, effective(latest, amendments, start, hasEnded(latest, end))) };
}

/** The first day after a chain, whatever its status: null while it is open. */
export function chainEnd(latest: StatedVersion, start: LocalDate | null): LocalDate | null {
  return endOf(latest, start).end;
}

/** The state of a chain on a day. */
export function stateOn({ kind, start, end, suspensions }: ChainStates, day: LocalDate): DayState {
  if (kind === 'never') return 'never';
  if (end !== null && end <= day) return 'ended';
  if (start !== null && start > day) return 'before';
  return suspensionOn(suspensions, day) === undefined ? 'active' : 'suspended';
}

/** The suspension that a day falls into. */
export function suspensionOn(suspensions: readonly Suspension[], day: LocalDate): Suspension | undefined {
  return suspensions.find(({ from, to }) => from <= day && (to === null || day < to));
}

const CANCELLED: ReadonlySet<string> = new Set(['cancelled', 'canceled']);
const RUNNING: ReadonlySet<string> = new Set(['active', 'suspended', 'expired', ...CANCELLED]);

/** A chain that has ended without saying when counts as never begun: nobody can say that it ran on any day. */
function endOf(latest: StatedVersion, start: LocalDate | null): { readonly end: LocalDate | null; readonly kind: EndKind | null } {
  const { cancelled, subscriptionEnd, termEnd, contractEffective, updated } = latest;
  const status = squash(latest.status ?? '');
  if (CANCELLED.has(status)) return { end: cancelled ?? subscriptionEnd ?? contractEffective ?? start ?? FIRST_DAY, kind: 'cancelled' };
  if (status === 'expired') {
    const stated = termEnd ?? subscriptionEnd;
    const isEarly = stated === null || (updated !== null && stated > updated);
    return { end: isEarly ? (contractEffective ?? start ?? FIRST_DAY) : stated, kind: 'expired' };
  }
  if (cancelled !== null) return { end: cancelled, kind: 'cancelled' };
  const isTerm = squash(latest.termType ?? '') === 'termed' && latest.autoRenew !== true && termEnd !== null;
  return isTerm ? { end: termEnd, kind: 'term' } : { end: null, kind: null };
}

const FIRST_DAY = '0001-01-01' as LocalDate;

function hasEnded({ status, updated }: StatedVersion, end: LocalDate | null): boolean {
  const word = squash(status ?? '');
  return word === 'expired' || CANCELLED.has(word) || (end !== null && updated !== null && end <= updated);
}

/** A suspension that nothing resumed counts if the chain is still Suspended or has ended meanwhile. */
function effective(latest: StatedVersion, amendments: readonly ChainAmendment[], start: LocalDate | null, ended: boolean): Suspension[] {
  const told = suspensionsOf(amendments);
  const isSuspended = squash(latest.status ?? '') === 'suspended';
  if (!isSuspended && !ended) return told.filter(({ to }) => to !== null);
  if (!isSuspended || told.some(({ to }) => to === null)) return told;
  // The amendment that suspended it is missing: unless a later one resumes it, the latest version is the one that did.
  const resumed = lastResumption(amendments);
  const since = latest.contractEffective ?? start ?? FIRST_DAY;
  return resumed !== null && resumed >= since ? told : [...told, { from: since, to: null }];
}

/** The suspensions within the span, the open ones up to its end. */
function within({ start, end }: Pick<ChainStates, 'start' | 'end'>, suspensions: readonly Suspension[]): Suspension[] {
  return suspensions.flatMap(({ from, to }) => {
    const first = start !== null && start > from ? start : from;
    const last = end !== null && (to === null || end < to) ? end : to;
    return last !== null && last <= first ? [] : [{ from: first, to: last }];
  });
}
