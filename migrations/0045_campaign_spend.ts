import type { Migration } from '../src/db/migrator.ts';
import { ensureTable } from '../src/db/schema.ts';

/** What the advertisements of a campaign cost beside what its chains brought in (metrics specification, "Coupons and campaigns"). */
export const campaignSpend: Migration = {
  name: '0045_campaign_spend',
  async up(kit) {
    await ensureTable(kit, { name: 'metric_campaigns', columns: { spend: 'integer' }, primaryKey: [] });
    // The sums of months that are stored know no spend: they are computed anew.
    await kit.knex.raw(
      `insert into metric_partitions (kind, brand, period)
        select 'campaigns', c.brand, c.month from (
          select brand, month from metric_campaigns union select brand, substr(${kit.dialect.quote('date')}, 1, 7) as month from ad_performance
        ) c where not exists (select 1 from metric_partitions p where p.kind = 'campaigns' and p.brand = c.brand and p.period = c.month)`,
    );
  },
  async down({ knex, dialect }) {
    if ((await dialect.columnsOf(knex, 'metric_campaigns')).includes('spend')) await knex.raw('alter table ?? drop column ??', ['metric_campaigns', 'spend']);
  },
};
