import type { Stream } from '../../api/platform.ts';
import { graphql, pagedText, updatedIn, type Connection } from './graphql.ts';
import { orderCursor, orderWindow } from './orders.ts';

// Of a person only what joins: the address of e-mail and the country.
const customerFields = 'id createdAt updatedAt defaultEmailAddress { emailAddress } defaultAddress { countryCodeV2 } numberOfOrders amountSpent { amount currencyCode }';
const connection: Connection = { name: 'customers', first: 100, fields: customerFields };

/** Who has bought or signed up. */
export const customers: Stream = {
  name: 'customers',
  summary: 'who has bought or signed up',
  disposition: 'versioned',
  key: ['id'],
  fields: [
    { path: 'id', kind: 'text', required: true },
    { path: 'createdAt', kind: 'instant' },
    { path: 'updatedAt', kind: 'instant', version: true },
    { path: 'defaultEmailAddress.emailAddress', kind: 'text', personal: 'email' },
    { path: 'defaultAddress.countryCodeV2', kind: 'text', personal: 'country' },
    { path: 'numberOfOrders', kind: 'integer' },
    { path: 'amountSpent.amount', kind: 'decimal', money: 'decimal', currency: 'amountSpent.currencyCode' },
    { path: 'amountSpent.currencyCode', kind: 'text' },
  ],
  ignored: [],
  deletions: 'none',
  extraction: {
    cursor: orderCursor,
    window: orderWindow,
    fetch: (slice) => ({
      kind: 'pages',
      request: graphql(`query($after: String, $query: String) { ${pagedText(connection, ', after: $after, query: $query, sortKey: UPDATED_AT')} }`, { after: null, query: updatedIn(slice) }),
      paginator: { kind: 'graphql', page_info: 'data.customers.pageInfo', variable: 'after' },
      records: { kind: 'json', path: 'data.customers.nodes' },
    }),
  },
};
