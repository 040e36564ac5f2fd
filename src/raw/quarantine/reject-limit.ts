import { HubError } from '../../core/errors.ts';

/** How many rejected rows a batch may have before it is refused as a whole; of a percentage, at least so many rows. */
export type RejectLimit = { readonly rows: number } | { readonly percent: number; readonly atLeast: number };

/** A footer or two must not block a small batch every day. */
export const DEFAULT_REJECT_LIMIT = '1%, at least 5 rows';

/** Why a text is no limit, as far as the forms go. */
export const REJECT_LIMIT_FORMS = 'a number of rows such as 250, a percentage such as 1%, or one with a floor such as "1%, at least 5 rows"';

const FORM = /^(\d+(?:\.\d+)?)(%?)(?:,? *at least (\d{1,15})(?: rows?)?)?$/;

/**
 * Parses `250` (rows), `1%` (of the rows read), or `1%, at least 5 rows`: the larger of both.
 * @throws HubError usage
 */
export function parseRejectLimit(text: string): RejectLimit {
  const limit = rejectLimitOf(text);
  if (limit !== undefined) return limit;
  throw new HubError('usage', 'invalid_reject_limit', `"${text}" is no limit for rejected rows.`, { nextStep: `Give ${REJECT_LIMIT_FORMS}.` });
}

/** The same, undefined for what is no limit. */
export function rejectLimitOf(text: string): RejectLimit | undefined {
  const [, digits, percent, floor] = FORM.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const amount = Number(digits);
  if (percent === '%') return amount <= 100 ? { percent: amount, atLeast: Number(floor ?? 0) } : undefined;
  return floor === undefined && Number.isInteger(amount) ? { rows: amount } : undefined;
}

/** True if the batch has more rejected rows than allowed. */
export function exceedsLimit(limit: RejectLimit, rejected: number, read: number): boolean {
  if ('rows' in limit) return rejected > limit.rows;
  return rejected > limit.atLeast && rejected * 100 > limit.percent * read;
}

/** The limit as it was written. */
export function formatRejectLimit(limit: RejectLimit): string {
  if ('rows' in limit) return `${limit.rows} rows`;
  return limit.atLeast === 0 ? `${limit.percent}%` : `${limit.percent}%, at least ${limit.atLeast} rows`;
}
