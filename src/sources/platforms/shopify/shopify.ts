import type { LocalDate } from '../../../core/time.ts';
import { bucketWait } from '../../api/budget.ts';
import type { Platform } from '../../api/platform.ts';
import { customers } from './customers.ts';
import { errors } from './errors.ts';
import { graphql, VERSION } from './graphql.ts';
import { orderAgreements, orderLines, orders, orderSales, ordersKeys } from './orders.ts';
import { SHOP_QUERY, shop } from './shop.ts';
import { stock, variants } from './snapshots.ts';

/** A shop: orders with their lines and sales, customers, variants with their cost, stock. */
export const shopify: Platform = {
  name: 'shopify',
  title: 'Shopify',
  references: [
    'shopify.dev api/usage/versioning, read 2026-10; PostHog/posthog#95585: after the end of a version another one answers',
    'shopify.dev client-credentials-grant, read 2026-11: tokens of 24 hours, for shops of the own organisation only',
    'shopify.dev graphql-admin/rate-limits, read 2026-11: 100 to 2,000 points a second by plan',
    'shopify.dev bulk-operations/queries, read 2026-11: five at once, at most five connections, two deep, none inside a list; a URL is kept for 7 days',
    'airbyte#85372: a result may have fewer lines than the operation counted; airbyte#62499: FAILED keeps a partial result',
    'shopify.dev objects/Order, read 2026-11: without read_all_orders only the orders of 60 days',
    'shopify.dev deletionEvents, read 2026-10: deprecated, and without orders: their keys are swept',
  ],
  settings: { shop: { form: /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/, meaning: 'the domain of the shop, such as alpina.myshopify.com' } },
  api: {
    baseUrl: ({ shop: domain = '' }) => `https://${domain}`,
    version: { value: VERSION, released: '2026-10-01' as LocalDate, ends: '2027-10-01' as LocalDate, known: '2026-11-28' as LocalDate },
    headers: {},
    servedHeader: 'x-shopify-api-version',
  },
  auth: {
    kind: 'client_credentials',
    url: '/admin/oauth/access_token',
    clientId: 'client_id',
    clientSecret: 'client_secret',
    as: 'json',
    header: { name: 'x-shopify-access-token', prefix: '' },
  },
  budget: {
    concurrency: 2,
    jobs: 5,
    cost: 'extensions.cost.requestedQueryCost',
    waitOf: ({ body }) =>
      bucketWait(body, {
        requested: 'extensions.cost.requestedQueryCost',
        available: 'extensions.cost.throttleStatus.currentlyAvailable',
        restored: 'extensions.cost.throttleStatus.restoreRate',
      }),
  },
  errors,
  profile: { request: () => graphql(SHOP_QUERY), zone: 'data.shop.ianaTimezone', currency: 'data.shop.currencyCode' },
  check: () => graphql(SHOP_QUERY),
  streams: [orders, orderLines, orderAgreements, orderSales, ordersKeys, customers, variants, stock, shop],
};
