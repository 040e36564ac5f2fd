import type { ApiRequest } from '../../api/answer.ts';
import type { Job, JobState } from '../../api/job.ts';
import type { JsonValue } from '../../api/json/json.ts';
import type { JobResult } from '../../api/platform.ts';
import { graphql } from './graphql.ts';

// What groupObjects means when nobody says it has changed between versions, so it is said.
const RUN = 'mutation($query: String!) { bulkOperationRunQuery(query: $query, groupObjects: false) { bulkOperation { id status } userErrors { field code message } } }';
const POLL = 'query($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount url partialDataUrl } }';
const CANCEL = 'mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { id status } userErrors { field message } } }';
const DAY_MS = 86_400_000;

/** A query whose result Shopify puts together by itself, one line an object. Children name their parent as `__parentId`. */
export function bulkOperation(query: string, streamOf?: (record: JsonValue) => string | null): JobResult {
  const job: Job = {
    create: graphql(RUN, { query: `{ ${query} }` }),
    idOf: (created) => created.scalarAt('data.bulkOperationRunQuery.bulkOperation.id'),
    poll: (id) => graphql(POLL, { id }),
    stateOf,
    cancel: (id) => graphql(CANCEL, { id }),
    // A job may take ten days; whoever waits longer than one has another problem.
    deadlineMs: DAY_MS,
    result: { kind: 'ndjson', ...(streamOf === undefined ? {} : { streamOf }) },
  };
  return { kind: 'job', job };
}

/** What is FAILED keeps a partial result, which is never taken for the whole. */
function stateOf(polled: JsonValue): JobState {
  const operation = polled.at('data.bulkOperation');
  switch (operation?.scalarAt('status')) {
    case 'COMPLETED':
      return { state: 'done', result: resultOf(operation.scalarAt('url')), records: Number(operation.scalarAt('objectCount') ?? '0') };
    case 'FAILED':
      return { state: 'failed' };
    case undefined:
    case 'CANCELED':
    case 'EXPIRED':
      return { state: 'gone' };
    default:
      return { state: 'pending' };
  }
}

/** There is no URL where there is nothing. */
function resultOf(url: string | undefined): ApiRequest | null {
  return url === undefined ? null : { method: 'GET', url };
}

/** The kind of object of a global id: `gid://shopify/LineItem/2` is a LineItem. */
export function typeOf(record: JsonValue): string {
  return /^gid:\/\/shopify\/(\w+)\//.exec(record.scalarAt('id') ?? '')?.[1] ?? '';
}
