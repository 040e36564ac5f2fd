import type { ApiRequest, JsonObject } from '../../api/answer.ts';

/** The version that every path and header names. */
export const VERSION = '2026-10';

/** A connection inside a selection: its fields, and further connections in it. */
export interface Connection {
  readonly name: string;
  /** So many on a page. */
  readonly first: number;
  readonly fields: string;
  readonly connections?: readonly Connection[];
}

/** A request with a query and its variables. */
export function graphql(query: string, variables: JsonObject = {}): ApiRequest {
  return { method: 'POST', url: `/admin/api/${VERSION}/graphql.json`, body: { query, variables } };
}

/** `name(first: 10, …) { nodes { … } pageInfo { … } }`, as pages are asked for. */
export function pagedText(connection: Connection, given = ''): string {
  return `${connection.name}(first: ${connection.first}${given}) { nodes { ${selection(connection, (inner) => pagedText(inner))} } pageInfo { hasNextPage endCursor } }`;
}

/** The same for a bulk operation, which has no pages, so that both give the same records. */
export function bulkText(connection: Connection, given = ''): string {
  return `${connection.name}${given === '' ? '' : `(${given})`} { edges { node { ${selection(connection, (inner) => bulkText(inner))} } } }`;
}

/** An amount in the currency of the shop; that of the buyer is another one (presentmentMoney). */
export const shopMoney = (name: string): string => `${name} { shopMoney { amount currencyCode } }`;

/** `updated_at:>='2026-11-28T10:00:00.000Z' AND updated_at:<'…'`: a search of Shopify, not a filter of GraphQL. */
export function updatedIn({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  const terms = [...(from === null ? [] : [`updated_at:>='${from}'`]), ...(to === null ? [] : [`updated_at:<'${to}'`])];
  return terms.join(' AND ');
}

function selection({ fields, connections = [] }: Connection, text: (connection: Connection) => string): string {
  return [fields, ...connections.map(text)].join(' ');
}
