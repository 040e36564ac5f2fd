import { compareText } from '../../core/compare.ts';
import { squash } from '../../core/text/text.ts';
import type { LocalDate } from '../../core/time.ts';

/** An amendment of any version of a chain, as far as it can suspend or resume it. */
export interface ChainAmendment {
  /** SuspendSubscription, ResumeSubscription; others change no state. */
  readonly type: string | null;
  /** Completed, Draft, Cancelled …; null counts as completed. */
  readonly status: string | null;
  readonly effective: LocalDate | null;
}

/** A time during which a chain is suspended, half-open; null: without an end of its own. */
export interface Suspension {
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/**
 * The suspensions that amendments tell, by date: from the effective date of a SuspendSubscription to that of the next
 * ResumeSubscription (metrics, "Active subscriptions, any day"). The last one is open if nothing resumed it; of several in
 * a row the first begins it. Amendments that were never completed tell nothing.
 */
export function suspensionsOf(amendments: readonly ChainAmendment[]): Suspension[] {
  const found: Suspension[] = [];
  let since: LocalDate | null = null;
  for (const { isSuspend, date } of inTime(amendments)) {
    if (isSuspend) since ??= date;
    else if (since !== null) {
      if (date > since) found.push({ from: since, to: date });
      since = null;
    }
  }
  if (since !== null) found.push({ from: since, to: null });
  return found;
}

/** The date of the last resumption; null if there is none. */
export function lastResumption(amendments: readonly ChainAmendment[]): LocalDate | null {
  return inTime(amendments).findLast(({ isSuspend }) => !isSuspend)?.date ?? null;
}

interface Change {
  readonly isSuspend: boolean;
  readonly date: LocalDate;
}

/** What is suspended and resumed on one day is resumed. */
function inTime(amendments: readonly ChainAmendment[]): Change[] {
  return amendments
    .flatMap(({ type, status, effective }): Change[] => {
      const word = squash(type ?? '');
      if (effective === null || !['', 'completed'].includes(squash(status ?? ''))) return [];
      if (word !== 'suspendsubscription' && word !== 'resumesubscription') return [];
      return [{ isSuspend: word === 'suspendsubscription', date: effective }];
    })
    .sort((a, b) => compareText(a.date, b.date) || Number(b.isSuspend) - Number(a.isSuspend));
}
