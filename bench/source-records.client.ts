import type { BatchId } from '../src/core/time.ts';
import { openFolderLake } from '../src/lake/sources/folder-lake.client.ts';
import { PartWriter } from '../src/lake/sources/part-writer.client.ts';

/**
 * Writes a source lake of one batch: orders of a shop, as Shopify answers them. The same number gives the same lake.
 * @param folder of the lake, which is made
 */
export async function writeShopOrders(folder: string, records: number): Promise<void> {
  const lake = openFolderLake(folder);
  const place = { platform: 'shopify', stream: 'orders', account: 'bench', batch: '20260201T050000Z' as BatchId };
  const writer = new PartWriter(await lake.stage(place));
  for (let number = 0; number < records; number++) await writer.add(orderLine(number));
  const parts = await writer.finish();
  for (const part of parts) await lake.putPart(place, part);
  await lake.putManifest({
    ...{ format: 1, ...place, brand: 'alpina', run_id: 'bench', api_version: null, definition: 'bench', slice: { from: null, to: null }, backfill: false, replaces: null },
    ...{ cursor_before: null, cursor_after: null, zone: null, currency: null, requests: 1, records, skipped: {}, warnings: [], drift: { unknown: {}, lost: {}, changed: {} } },
    parts: parts.map((part) => ({ name: part.name, records: part.records, bytes: part.bytes, sha256: part.sha256 })),
  });
  await lake.unstage(place);
}

function orderLine(number: number): string {
  const money = (cents: number): object => ({ shopMoney: { amount: `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`, currencyCode: 'EUR' } });
  const day = `2025-${String(1 + (number % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`;
  return JSON.stringify({
    ...{ id: `gid://shopify/Order/${18_697_849_000_000 + number}`, name: `#${number}`, createdAt: `${day}T08:33:38Z`, updatedAt: `${day}T08:33:43Z`, processedAt: `${day}T08:33:40Z`, cancelledAt: null, test: false },
    ...{ email: `person${number}@mail.example`, currencyCode: 'EUR', taxesIncluded: true, displayFinancialStatus: 'PAID', displayFulfillmentStatus: 'FULFILLED', sourceName: 'web' },
    ...{ customer: { id: `gid://shopify/Customer/${number}` }, billingAddress: { countryCodeV2: 'DE' }, shippingAddress: { countryCodeV2: 'DE' } },
    ...{ subtotalPriceSet: money(2_983), totalDiscountsSet: money(0), totalShippingPriceSet: money(490), totalTaxSet: money(597), totalPriceSet: money(3_580), totalRefundedSet: money(0), refunds: [], transactions: [] },
    customerJourneySummary: { ready: true, firstVisit: { source: 'google', referrerUrl: 'https://www.google.com/', utmParameters: { source: 'google', medium: 'cpc', campaign: `c${number % 20}` } }, lastVisit: null },
  });
}
