import type { Stream } from '../../api/platform.ts';
import { graphql } from './graphql.ts';

export const SHOP_QUERY = '{ shop { id myshopifyDomain ianaTimezone currencyCode } }';

/** The shop itself: the zone of its days and the currency of its amounts. */
export const shop: Stream = {
  name: 'shop',
  summary: 'the shop itself, with its time zone and currency',
  disposition: 'snapshot',
  key: ['id'],
  fields: [
    { path: 'id', kind: 'text', required: true },
    { path: 'myshopifyDomain', kind: 'text' },
    { path: 'ianaTimezone', kind: 'text', required: true },
    { path: 'currencyCode', kind: 'text', required: true },
  ],
  ignored: [],
  deletions: 'replace',
  extraction: { fetch: () => ({ kind: 'pages', request: graphql(SHOP_QUERY), paginator: { kind: 'none' }, records: { kind: 'json', path: 'data.shop' } }) },
};
