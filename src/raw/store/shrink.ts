import { HubError } from '../../core/errors.ts';

/** More than this of what is stored may not go at once (sources specification, "deletions"). */
const MOST_GONE_PERCENT = 30;

/** True if so many records may not go of so many that are stored: it is likelier that not all were read. */
export function shrinksTooMuch(gone: number, stored: number): boolean {
  return gone * 100 > stored * MOST_GONE_PERCENT;
}

/**
 * The refusal of a batch that leaves too much out (exit code 3). Nothing of it may stay.
 * @param what would become of what
 * @param see what to look at first
 */
export function shrinkRefusal(gone: number, stored: number, what = 'rows would go', see = 'the snapshot is whole'): HubError {
  return new HubError('refused', 'shrink', `${gone} of ${stored} ${what}, more than ${MOST_GONE_PERCENT} %.`, {
    nextStep: `See whether ${see}. If so many really went, import the batch again with --allow-shrink; nothing of it was stored.`,
  });
}
