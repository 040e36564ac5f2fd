import { HubError } from '../core/errors.ts';

/** How many rejected rows a batch may have before it is refused as a whole. */
export type RejectLimit = { readonly rows: number } | { readonly percent: number };

/**
 * Parses `250` (rows) or `1%` (of the rows read).
 * @throws HubError usage
 */
export function parseRejectLimit(text: string): RejectLimit {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const amount = Number(match?.[1]);
  if (match && match[2] === '%' && amount <= 100) return { percent: amount };
  if (match && match[2] === '' && Number.isInteger(amount)) return { rows: amount };
  throw new HubError('usage', 'invalid_reject_limit', `"${text}" is no limit for rejected rows.`, {
    nextStep: 'Give a number of rows, such as 250, or a percentage of the rows read, such as 1%.',
  });
}

/** True if the batch has more rejected rows than allowed. */
export function exceedsLimit(limit: RejectLimit, rejected: number, read: number): boolean {
  return 'rows' in limit ? rejected > limit.rows : rejected * 100 > limit.percent * read;
}

/** The limit as it was written. */
export function formatRejectLimit(limit: RejectLimit): string {
  return 'rows' in limit ? `${limit.rows} rows` : `${limit.percent}%`;
}
