import type { Entity } from '../contract/contract.ts';
import { amazonSbCampaignDay, amazonSdCampaignDay, amazonSpAdGroupDay } from './amazon-ads/days.ts';
import { amazonProfiles } from './amazon-ads/profiles.ts';
import { ga4ChannelDay } from './ga4/channel-day.ts';
import { googleAdGroupDay, googleCampaignDay, googleCustomerDay } from './google-ads/days.ts';
import { googleAdGroups, googleCampaigns, googleCustomer } from './google-ads/objects.ts';
import { metaAccountDay, metaAdSetDay, metaCampaignDay } from './meta-ads/days.ts';
import { metaAccount, metaAdSets, metaCampaigns } from './meta-ads/objects.ts';
import { sourceRecords } from './records.ts';
import { shopifyCustomers } from './shopify/customers.ts';
import { shopifyOrderAgreements } from './shopify/order-agreements.ts';
import { shopifyOrderLines } from './shopify/order-lines.ts';
import { shopifyOrderSales } from './shopify/order-sales.ts';
import { shopifyOrdersKeys } from './shopify/orders-keys.ts';
import { shopifyOrders } from './shopify/orders.ts';
import { shopifyShop } from './shopify/shop.ts';
import { shopifyStock } from './shopify/stock.ts';
import { shopifyVariants } from './shopify/variants.ts';
import { stripeBalanceTransactions } from './stripe/balance-transactions.ts';
import { stripeCharges } from './stripe/charges.ts';
import { stripeCustomers } from './stripe/customers.ts';
import { stripeDisputes } from './stripe/disputes.ts';
import { stripeEvents } from './stripe/events.ts';
import { stripePayoutMovements } from './stripe/payout-movements.ts';
import { stripePayouts } from './stripe/payouts.ts';
import { stripeRefunds } from './stripe/refunds.ts';

/** The contracts of platforms' streams: what of a record a raw table has, one file a stream. */
export const sourceStreams: readonly Entity[] = [
  ...[stripeBalanceTransactions, stripeCharges, stripeRefunds, stripeDisputes, stripePayouts, stripePayoutMovements, stripeCustomers, stripeEvents],
  ...[shopifyShop, shopifyOrders, shopifyOrderLines, shopifyOrderAgreements, shopifyOrderSales, shopifyOrdersKeys, shopifyCustomers, shopifyVariants, shopifyStock],
  ...[metaAdSetDay, metaCampaignDay, metaAccountDay, metaCampaigns, metaAdSets, metaAccount],
  ...[googleAdGroupDay, googleCampaignDay, googleCustomerDay, googleCampaigns, googleAdGroups, googleCustomer],
  ...[amazonSpAdGroupDay, amazonSbCampaignDay, amazonSdCampaignDay, amazonProfiles],
  ga4ChannelDay,
  sourceRecords,
];

/** The contract of a stream; undefined for one of a platform that hub knows and whose records it does not take. */
export function contractOf(platform: string, stream: string): Entity | undefined {
  const own = sourceStreams.filter(({ record }) => record?.platform === platform);
  return own.length === 0 ? sourceRecords : own.find(({ record }) => record?.stream === stream);
}

/** The stream that lists all keys of another one; undefined if none does. */
export function keysOf(stream: Entity): Entity | undefined {
  return sourceStreams.find(({ sweeps }) => sweeps === stream);
}

/** The streams whose rows tell of persons: by the hash of an address, or in a text that is kept whole. */
export const personalStreams: readonly Entity[] = sourceStreams.filter((entity) => entity === sourceRecords || entity.columns.some(({ sql }) => sql === 'email_sha256'));
