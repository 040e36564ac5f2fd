import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

import { failpoints } from '../../src/core/failpoint.ts';
import { dateOf, systemClock, addDays } from '../../src/core/time.ts';
import { openFolderLake } from '../../src/lake/sources/folder-lake.client.ts';
import { AmazonAdsSimulator } from '../simulators/amazon-ads/amazon-ads.ts';
import { MetaAdsSimulator } from '../simulators/meta-ads/meta-ads.ts';
import { ShopifySimulator } from '../simulators/shopify/shopify.ts';
import { StripeSimulator } from '../simulators/stripe/stripe.ts';
import { describeEachDatabase } from '../support/databases/databases.ts';
import { workspace, type Workspace } from '../support/program/hub.ts';

/** While a job is polled; that is killed below, as each poll is five seconds. */
const POLLED = 'extract.job.polled';
const own = failpoints.filter((name) => name.startsWith('extract.') && name !== POLLED);
const today = dateOf(systemClock.now());
const YESTERDAY_S = Date.parse(`${addDays(today, -1)}T08:00:00Z`) / 1_000;
const EXTRACT = ['extract', '--stream', 'balance_transactions', 'charges', 'variants'];
const SECRETS = { STRIPE_KEY: 'rk_test_simulated', SHOP_ID: 'client', SHOP_SECRET: 'shpss_simulated', META_TOKEN: 'simulated-system-user', AMAZON_SECRET: 'simulated-secret', AMAZON_TOKEN: 'Atzr|simulated' };
const stripe = new StripeSimulator();
const shopify = new ShopifySimulator();
const meta = new MetaAdsSimulator();
const amazon = new AmazonAdsSimulator();

beforeAll(async () => {
  await Promise.all([stripe.start(), shopify.start(), meta.start(), amazon.start()]);
  for (const simulator of [stripe, amazon, amazon.files]) simulator.now = Date.parse(`${today}T00:00:00Z`);
  for (let index = 0; index < 120; index++) {
    stripe.put('balance_transactions', { id: `txn_${index}`, created: YESTERDAY_S + index, amount: index, currency: 'eur', type: 'charge' });
    stripe.put('charges', { id: `ch_${index}`, created: YESTERDAY_S - 86_400 + index, amount: index, currency: 'eur', status: 'succeeded' });
  }
  shopify.variants = [{ id: 'gid://shopify/ProductVariant/1', sku: 'A' }];
});
afterAll(() => Promise.all([stripe.close(), shopify.close(), meta.close(), amazon.close()]));

/** A workspace that declares both simulators. */
function place(databaseUrl: string): Workspace {
  const space = workspace({ HUB_DATABASE_URL: databaseUrl, HUB_ID_KEY: 'k'.repeat(32), AMAZON_ID: amazon.application.id, ...SECRETS });
  appendFileSync(
    join(space.folder, 'hub.config.yaml'),
    `
sources:
  - { platform: stripe, account: main, brand: alpina, start: ${addDays(today, -2)}, base_url: "${stripe.url}", credentials: { api_key: STRIPE_KEY } }
  - { platform: shopify, account: shop, brand: belmont, start: ${addDays(today, -2)}, base_url: "${shopify.url}", credentials: { client_id: SHOP_ID, client_secret: SHOP_SECRET } }
  - { platform: meta_ads, account: ads, brand: alpina, start: ${addDays(today, -9)}, base_url: "${meta.url}", settings: { ad_account: "1122334455" }, credentials: { access_token: META_TOKEN } }
  - { platform: amazon_ads, account: ads, brand: alpina, start: ${addDays(today, -9)}, base_url: "${amazon.url}", settings: { profile: "9007199254740993", region: eu }, credentials: { client_id: AMAZON_ID, client_secret: AMAZON_SECRET, refresh_token: AMAZON_TOKEN } }
`,
  );
  return space;
}

/** What the lake holds, whatever the batches are called: the sums of all parts by their feed. */
async function partsIn({ folder }: Workspace): Promise<Record<string, string[]>> {
  const lake = openFolderLake(join(folder, '.hub/sources'));
  const found: Record<string, string[]> = {};
  for (const feed of await lake.feeds()) {
    const manifests = await Promise.all((await lake.batches(feed)).map((batch) => lake.manifest({ ...feed, batch })));
    found[`${feed.platform}/${feed.stream}`] = manifests.flatMap((manifest) => manifest?.parts.map(({ sha256, records }) => `${sha256} ${records}`) ?? []);
  }
  return found;
}

describeEachDatabase('an extraction killed at a commit point', (suite) => {
  let clean: Record<string, string[]>;
  beforeAll(async () => {
    const space = place(suite.url);
    const run = await space.hub(EXTRACT);
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
    clean = await partsIn(space);
    expect(Object.keys(clean).sort()).toEqual(['shopify/variants', 'stripe/balance_transactions', 'stripe/charges']);
  });

  for (const point of own) {
    test(`${point}: a second run leaves the parts of a clean one, byte for byte`, async () => {
      await suite.empty();
      const space = place(suite.url);
      expect((await space.hub(EXTRACT, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
      // A lease of a dead run of this machine is taken over.
      expect((await space.hub(EXTRACT)).code).toBe(0);
      const parts = await partsIn(space);
      expect({ ...parts, 'shopify/variants': parts['shopify/variants']?.slice(0, 1) }).toEqual(clean);
      const open = await suite.database.read((knex) => knex('extract_batches').where({ status: 'open' }).select());
      expect(open).toEqual([]);
    });
  }
});

/** Platforms that put reports together by themselves. Ten days of an account are two weeks of Meta, and one window of Amazon. */
const REPORTS = [
  { simulator: meta, stream: 'campaign_day', reports: 2, fill: () => meta.figures.set(addDays(today, -8), [{ campaign: '10', spend: 1_000_000 }]), slow: () => (meta.plans = [{ running: 1 }, {}]) },
  { simulator: amazon, stream: 'sp_ad_group_day', reports: 1, fill: () => amazon.figures.set(addDays(today, -8), [{ product: 'SPONSORED_PRODUCTS', campaign: '10', adGroup: '100', cost: '1' }]), slow: () => (amazon.plans = [{ pending: 1 }]) },
];

describeEachDatabase('an extraction killed while a report is made', (suite) => {
  for (const { simulator, stream, reports, fill, slow } of REPORTS) {
    for (const point of ['extract.job.noted', POLLED]) {
      test(`${stream}, ${point}: the next run takes the same report, and makes no second one`, async () => {
        await suite.empty();
        fill();
        slow();
        const before = simulator.reports.length;
        const space = place(suite.url);
        const command = ['extract', '--stream', stream];
        expect((await space.hub(command, { HUB_FAILPOINT: point })).code).toBe('SIGKILL');
        const [report] = simulator.reports.slice(before);
        expect(await suite.database.read((knex) => knex('extract_batches').where({ status: 'open' }).pluck('job_id'))).toEqual([report]);
        expect((await space.hub(command)).code).toBe(0);
        // One report for each window, whatever was killed.
        expect(simulator.reports.length - before).toBe(reports);
        expect(await suite.database.read((knex) => knex('extract_batches').whereNot({ status: 'finished' }).select())).toEqual([]);
      });
    }
  }
});
