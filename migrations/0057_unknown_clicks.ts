import type { Migration } from '../src/db/migrator.ts';
import { createTable, dropTable, type SchemaKit, type TableSpec } from '../src/db/schema.ts';

/** The sums of ad days, with clicks and impressions that a platform may not tell. */
const adDays = (unknown: 'integer' | 'integer!'): TableSpec => ({
  name: 'metric_ad_days',
  columns: {
    brand: 'key!', day: 'date!', platform: 'key!', account: 'key!', campaign_id: 'key!', ad_group_id: 'key!',
    campaign_name: 'text', ad_group_name: 'text', currency: 'currency!', spend_micros: 'integer!',
    impressions: unknown, clicks: unknown, claimed_conversions: 'decimal', claimed_value_micros: 'integer',
    hub_orders: 'integer!', hub_revenue: 'integer!', provisional: 'boolean!', row_id: 'key!', checksum: 'hash!',
    created_run: 'key!', updated_at: 'instant!', change_no: 'integer!',
  },
  primaryKey: ['brand', 'day', 'row_id'],
});

/** What is not known of a day is no 0 (metrics specification): the sums are made anew by the next build. */
export const unknownClicks: Migration = {
  name: '0057_unknown_clicks',
  up: (kit) => makeAnew(kit, 'integer'),
  down: (kit) => makeAnew(kit, 'integer!'),
};

async function makeAnew(kit: SchemaKit, unknown: 'integer' | 'integer!'): Promise<void> {
  await dropTable(kit, 'metric_ad_days');
  await createTable(kit, adDays(unknown));
  await kit.knex.raw(
    `insert into metric_partitions (kind, brand, period)
      select 'marketing', c.brand, c.month from (select distinct brand, substr(${kit.dialect.quote('date')}, 1, 7) as month from ad_performance) c
      where not exists (select 1 from metric_partitions p where p.kind = 'marketing' and p.brand = c.brand and p.period = c.month)`,
  );
}
