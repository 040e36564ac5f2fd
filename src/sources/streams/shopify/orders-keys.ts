import { streamKeys } from '../../contract/source-stream.ts';
import { shopifyOrders } from './orders.ts';

/** The ids of all orders of a shop: Shopify tells of no deleted order. */
export const shopifyOrdersKeys = streamKeys(shopifyOrders);
