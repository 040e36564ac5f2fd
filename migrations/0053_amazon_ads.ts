import type { Migration } from '../src/db/migrator.ts';
import { dropTable } from '../src/db/schema.ts';

/** The raw tables that the contracts of Amazon's streams bring (`ensureRawTables`). */
const STREAMS = ['raw_amazon_ads_sp_ad_group_day', 'raw_amazon_ads_sb_campaign_day', 'raw_amazon_ads_sd_campaign_day', 'raw_amazon_ads_profiles'];

/** What Amazon Ads says by API: its facts are those of 0047. */
export const amazonAdsStreams: Migration = {
  name: '0053_amazon_ads',
  up: () => Promise.resolve(),
  async down(kit) {
    for (const name of STREAMS) await dropTable(kit, name);
  },
};
