import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, ensureTable, type TableSpec } from '../src/db/schema.ts';

/** Up to which day everything that is asked for by days is final. */
const added: TableSpec = { name: 'extract_state', columns: { final_until: 'date' }, primaryKey: [] };

/** The facts of ad platforms and the web as they were made first. */
const tables: readonly TableSpec[] = [
  { name: 'ad_day_changes', columns: { brand: 'key!', platform: 'key!', account: 'key!', day: 'key!' }, primaryKey: ['brand', 'platform', 'account', 'day'] },
  {
    name: 'ad_entities',
    columns: {
      brand: 'key!', platform: 'key!', account: 'key!', kind: 'key!', id: 'key!', name: 'text', status: 'text', parent_id: 'key',
      currency: 'currency', budget: 'integer', budget_period: 'text', source: 'key!', batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'platform', 'account', 'kind', 'id'],
  },
  {
    name: 'ad_accounts',
    columns: {
      brand: 'key!', platform: 'key!', account: 'key!', id: 'key!', name: 'text', status: 'text', zone: 'text', currency: 'currency',
      final_until: 'date', source: 'key!', batch: 'key!', change_no: 'integer!',
    },
    primaryKey: ['brand', 'platform', 'account', 'id'],
  },
];

/** The raw tables that contracts of the streams of ad platforms bring. */
const STREAMS = [
  ...['raw_meta_ads_ad_set_day', 'raw_meta_ads_campaign_day', 'raw_meta_ads_account_day', 'raw_meta_ads_campaigns', 'raw_meta_ads_ad_sets', 'raw_meta_ads_account'],
  ...['raw_google_ads_ad_group_day', 'raw_google_ads_campaign_day', 'raw_google_ads_customer_day', 'raw_google_ads_campaigns', 'raw_google_ads_ad_groups', 'raw_google_ads_customer'],
];

/** What ad platforms say by API (sources specification, "Facts"). */
export const adSources: Migration = {
  name: '0047_ad_sources',
  async up(kit) {
    await ensureTable(kit, added);
    for (const table of tables) await createTable(kit, table);
  },
  async down(kit) {
    for (const name of [...STREAMS, ...[...tables].reverse().map((table) => table.name)]) await dropTable(kit, name);
    for (const column of Object.keys(added.columns)) {
      if ((await kit.dialect.columnsOf(kit.knex, added.name)).includes(column)) await kit.knex.raw('alter table ?? drop column ??', [added.name, column]);
    }
  },
};
