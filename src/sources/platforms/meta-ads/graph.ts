import type { ApiRequest } from '../../api/answer.ts';
import type { Pages, Settings } from '../../api/platform.ts';

/** The version that every path and header names. */
export const VERSION = 'v26.0';
/** Objects that are deleted or archived are left out unless they are asked for by name. */
const CAMPAIGN_STATUSES = ['ACTIVE', 'PAUSED', 'DELETED', 'ARCHIVED', 'IN_PROCESS', 'WITH_ISSUES'];
export const STATUSES: Readonly<Record<'campaign' | 'adset', readonly string[]>> = { campaign: CAMPAIGN_STATUSES, adset: [...CAMPAIGN_STATUSES, 'CAMPAIGN_PAUSED'] };
const PAGE = 500;

/** A request for something of the ad account; an empty edge is the account itself. */
export function ofAccount({ ad_account: account = '' }: Settings, edge: string, query: Readonly<Record<string, string>>): ApiRequest {
  return { method: 'GET', url: `/${VERSION}/act_${account}${edge === '' ? '' : `/${edge}`}`, query };
}

/** Everything of a kind, by cursor: `paging.next` carries the token, so it only tells that there is more. */
export function listOf(settings: Settings, kind: 'campaign' | 'adset', fields: readonly string[]): Pages {
  const query = { fields: fields.join(','), effective_status: JSON.stringify(STATUSES[kind]), limit: String(PAGE) };
  return { kind: 'pages', request: ofAccount(settings, `${kind}s`, query), ...byCursor };
}

/** How the Graph API gives lists. */
export const byCursor = {
  paginator: { kind: 'body_cursor', path: 'paging.cursors.after', param: 'after', while: 'paging.next' },
  records: { kind: 'json', path: 'data' },
} as const satisfies Pick<Pages, 'paginator' | 'records'>;
