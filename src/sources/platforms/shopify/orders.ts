import type { Cursor } from '../../api/cursor-window.ts';
import type { Field } from '../../api/fields.ts';
import type { JsonValue } from '../../api/json/json.ts';
import type { Extraction, Fetch, Pages, Stream } from '../../api/platform.ts';
import type { Children } from '../../api/records.ts';
import { bulkOperation, typeOf } from './bulk-operation.ts';
import { bulkText, graphql, pagedText, shopMoney, updatedIn, type Connection } from './graphql.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A window with more orders than this is asked for by a bulk operation. */
const MOST_BY_PAGES = 10_000;

export const orderCursor: Cursor = { field: 'updatedAt', precisionMs: 1_000, bound: 'inclusive', overlapMs: 10 * MINUTE_MS, lagMs: 0, upper: true };
export const orderWindow = { stepMs: DAY_MS, smallestMs: 15 * MINUTE_MS };

const saleConnection: Connection = {
  name: 'sales',
  first: 10,
  fields: `__typename id actionType lineType quantity ${['totalAmount', 'totalTaxAmount', 'totalDiscountAmountBeforeTaxes'].map(shopMoney).join(' ')} ... on ProductSale { lineItem { id sku } }`,
};
const agreementConnection: Connection = { name: 'agreements', first: 3, fields: '__typename id happenedAt reason', connections: [saleConnection] };
const lineConnection: Connection = {
  name: 'lineItems',
  first: 15,
  fields: `id sku quantity currentQuantity variant { id } ${['originalTotalSet', 'discountedTotalSet'].map(shopMoney).join(' ')}`,
};
const visit = 'occurredAt source sourceType referrerUrl utmParameters { source medium campaign content term }';
const totals = ['subtotalPriceSet', 'totalDiscountsSet', 'totalShippingPriceSet', 'totalTaxSet', 'totalPriceSet', 'totalRefundedSet'];
const orderConnection: Connection = {
  name: 'orders',
  first: 10,
  fields: [
    'id name createdAt updatedAt processedAt cancelledAt test email currencyCode taxesIncluded displayFinancialStatus displayFulfillmentStatus sourceName',
    'customer { id } billingAddress { countryCodeV2 } shippingAddress { countryCodeV2 }',
    ...totals.map(shopMoney),
    `refunds { id createdAt ${shopMoney('totalRefundedSet')} }`,
    `transactions { id kind status processedAt gateway ${shopMoney('amountSet')} }`,
    `customerJourneySummary { ready firstVisit { ${visit} } lastVisit { ${visit} } }`,
  ].join(' '),
  connections: [lineConnection, agreementConnection],
};

/** Connections of an order and the streams that their nodes are. */
const children: readonly Children[] = [
  { member: 'lineItems', stream: 'order_lines' },
  { member: 'agreements', stream: 'order_agreements', children: [{ member: 'sales', stream: 'order_sales' }] },
];
const CONNECTIONS: Readonly<Record<string, readonly [type: string, connection: Connection]>> = {
  lineItems: ['Order', lineConnection],
  agreements: ['Order', agreementConnection],
  sales: ['SalesAgreement', saleConnection],
};

/** The same records as by pages: lines of a bulk operation tell what they are by their ids. */
function streamOf(record: JsonValue): string {
  const type = typeOf(record);
  if (type === 'LineItem') return 'order_lines';
  if (type.endsWith('Agreement')) return 'order_agreements';
  return type.endsWith('Sale') ? 'order_sales' : 'orders';
}

function pagesOf(query: string): Pages {
  return {
    kind: 'pages',
    request: graphql(`query($after: String, $query: String) { ${pagedText(orderConnection, ', after: $after, query: $query, sortKey: UPDATED_AT')} }`, { after: null, query }),
    paginator: { kind: 'graphql', page_info: 'data.orders.pageInfo', variable: 'after' },
    records: { kind: 'json', path: 'data.orders.nodes', children },
    more(found, parentId, cursor) {
      const [type, connection] = CONNECTIONS[found.member] ?? ['Order', lineConnection];
      const text = `query($id: ID!, $after: String) { node(id: $id) { ... on ${type} { ${pagedText(connection, ', after: $after')} } } }`;
      return { request: graphql(text, { id: parentId, after: cursor }), at: `data.node.${found.member}` };
    },
  };
}

const extraction: Extraction = {
  cursor: orderCursor,
  window: orderWindow,
  wholeListing: true,
  fetch({ from, to, listing }): Fetch {
    const query = updatedIn({ from, to });
    const bulk = bulkOperation(bulkText(orderConnection, `query: ${JSON.stringify(query)}`), streamOf);
    if (listing) return bulk;
    const count = graphql('query($query: String) { ordersCount(query: $query, limit: null) { count } }', { query });
    return { kind: 'measured', request: count, count: 'data.ordersCount.count', above: MOST_BY_PAGES, small: pagesOf(query), large: bulk };
  },
};

const money = (path: string): readonly Field[] => [
  { path: `${path}.shopMoney.amount`, kind: 'decimal', money: 'decimal', currency: `${path}.shopMoney.currencyCode` },
  { path: `${path}.shopMoney.currencyCode`, kind: 'text' },
];
const visitFields = (path: string): readonly Field[] => [
  ...['source', 'sourceType', 'referrerUrl', ...['source', 'medium', 'campaign', 'content', 'term'].map((name) => `utmParameters.${name}`)].map((name): Field => ({ path: `${path}.${name}`, kind: 'text' })),
  { path: `${path}.occurredAt`, kind: 'instant' },
];

/** Orders as they are now. Without the scope read_all_orders Shopify gives those of 60 days only. */
export const orders: Stream = {
  name: 'orders',
  summary: 'orders, with refunds, transactions and the visits that led to them',
  disposition: 'versioned',
  key: ['id'],
  fields: [
    { path: 'id', kind: 'text', required: true },
    { path: 'name', kind: 'text' },
    { path: 'createdAt', kind: 'instant', required: true },
    { path: 'updatedAt', kind: 'instant', required: true, version: true },
    { path: 'processedAt', kind: 'instant' },
    { path: 'cancelledAt', kind: 'instant' },
    { path: 'test', kind: 'boolean' },
    { path: 'email', kind: 'text', personal: 'email' },
    { path: 'currencyCode', kind: 'text', required: true },
    { path: 'taxesIncluded', kind: 'boolean' },
    { path: 'displayFinancialStatus', kind: 'text' },
    { path: 'displayFulfillmentStatus', kind: 'text' },
    { path: 'sourceName', kind: 'text' },
    { path: 'customer.id', kind: 'text' },
    { path: 'billingAddress.countryCodeV2', kind: 'text', personal: 'country' },
    { path: 'shippingAddress.countryCodeV2', kind: 'text', personal: 'country' },
    ...totals.flatMap(money),
    { path: 'refunds', kind: 'json' },
    { path: 'transactions', kind: 'json' },
    { path: 'customerJourneySummary.ready', kind: 'boolean' },
    ...visitFields('customerJourneySummary.firstVisit'),
    ...visitFields('customerJourneySummary.lastVisit'),
  ],
  ignored: [],
  deletions: 'sweep',
  extraction,
};

const childFields: readonly Field[] = [
  { path: 'id', kind: 'text', required: true },
  { path: '__parentId', kind: 'text', required: true },
];

export const orderLines: Stream = {
  name: 'order_lines',
  summary: 'what an order is of',
  disposition: 'versioned',
  key: ['id'],
  fields: [
    ...childFields,
    { path: 'sku', kind: 'text' },
    { path: 'quantity', kind: 'integer' },
    { path: 'currentQuantity', kind: 'integer' },
    { path: 'variant.id', kind: 'text' },
    ...money('originalTotalSet'),
    ...money('discountedTotalSet'),
  ],
  ignored: [],
  deletions: 'none',
  parent: 'orders',
};

export const orderAgreements: Stream = {
  name: 'order_agreements',
  summary: 'when an order was made, changed or returned',
  disposition: 'versioned',
  key: ['id'],
  fields: [...childFields, { path: '__typename', kind: 'text' }, { path: 'happenedAt', kind: 'instant', required: true }, { path: 'reason', kind: 'text' }],
  ignored: [],
  deletions: 'none',
  parent: 'orders',
};

export const orderSales: Stream = {
  name: 'order_sales',
  summary: 'what was sold or taken back at a time, with signed quantities',
  disposition: 'versioned',
  key: ['id'],
  fields: [
    ...childFields,
    { path: '__typename', kind: 'text' },
    { path: 'actionType', kind: 'text' },
    { path: 'lineType', kind: 'text' },
    { path: 'quantity', kind: 'integer' },
    ...money('totalAmount'),
    ...money('totalTaxAmount'),
    ...money('totalDiscountAmountBeforeTaxes'),
    { path: 'lineItem.id', kind: 'text' },
    { path: 'lineItem.sku', kind: 'text' },
  ],
  ignored: [],
  deletions: 'none',
  parent: 'orders',
};

/** Shopify tells of no deleted order, so the ids of all are compared once a week. */
export const ordersKeys: Stream = {
  name: 'orders_keys',
  summary: 'the ids of all orders: one that is missing is deleted',
  disposition: 'snapshot',
  key: ['id'],
  fields: [{ path: 'id', kind: 'text', required: true }],
  ignored: [],
  deletions: 'replace',
  extraction: { everyMs: 7 * DAY_MS, fetch: () => bulkOperation(bulkText({ name: 'orders', first: 100, fields: 'id' })) },
};
