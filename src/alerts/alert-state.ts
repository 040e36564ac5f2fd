import { millisOf, type Instant, type LocalDate } from '../core/time.ts';
import type { AlertRule } from './rule.ts';
import type { Verdict } from './verdict.ts';

/** What is stored of a rule and a subject. */
export interface AlertState {
  readonly subjectId: string;
  readonly subject: string;
  readonly brand: string | null;
  readonly state: 'ok' | 'firing';
  readonly since: LocalDate;
  readonly value: string | null;
  readonly threshold: string | null;
  /** How often this firing was told of; of one that begins again on the same date, it goes on. */
  readonly repetition: number;
  readonly notifiedAt: Instant | null;
}

/** What becomes of the subjects of a rule: states to store, and whom to tell of. */
export interface Decision {
  readonly changed: readonly AlertState[];
  readonly fired: readonly AlertState[];
  readonly resolved: readonly AlertState[];
}

/**
 * Decides what becomes of each subject (metrics specification, "Alerts and the weekly mail"): what begins to fire is told of,
 * and again while it goes on once the cooldown is over; what ends is told of if the rule says so. What is not evaluated stays
 * as it is; a subject that is not there any more is well.
 * @param watched which of the stored subjects this check looks at
 */
export function decideStates(rule: Pick<AlertRule, 'cooldownMs' | 'tellsResolved'>, stored: readonly AlertState[], verdicts: readonly Verdict[], asOf: LocalDate, now: Instant, watched: (state: AlertState) => boolean): Decision {
  const before = new Map(stored.map((state) => [state.subjectId, state]));
  const seen = new Set(verdicts.map(({ subjectId }) => subjectId));
  const [fired, resolved, quiet]: [AlertState[], AlertState[], AlertState[]] = [[], [], []];
  for (const verdict of verdicts) {
    const known = before.get(verdict.subjectId);
    if (verdict.finding === 'firing') {
      const next = firing(rule, known, verdict, asOf, now);
      if (next !== undefined) fired.push(next);
    } else if (verdict.finding === 'ok' && known?.state === 'firing') end(known, verdict);
  }
  for (const known of stored) if (known.state === 'firing' && !seen.has(known.subjectId) && watched(known)) end(known, { value: null, threshold: null });
  return { changed: [...fired, ...resolved, ...quiet], fired, resolved };

  function end(known: AlertState, { value, threshold }: Pick<Verdict, 'value' | 'threshold'>): void {
    (rule.tellsResolved ? resolved : quiet).push({ ...known, state: 'ok', since: asOf, value, threshold });
  }
}

/** The state of what fires, if it is to be told of; undefined: it was, and the cooldown is not over. */
function firing({ cooldownMs }: Pick<AlertRule, 'cooldownMs'>, known: AlertState | undefined, verdict: Verdict, asOf: LocalDate, now: Instant): AlertState | undefined {
  const { subjectId, subject, brand, value, threshold } = verdict;
  const next = { subjectId, subject, brand, state: 'firing' as const, value, threshold, notifiedAt: now };
  if (known?.state !== 'firing') return { ...next, since: asOf, repetition: known?.since === asOf ? known.repetition + 1 : 1 };
  const isDue = known.notifiedAt === null || millisOf(now) - millisOf(known.notifiedAt) >= cooldownMs;
  return isDue ? { ...next, since: known.since, repetition: known.repetition + 1 } : undefined;
}
