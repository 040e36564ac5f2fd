import { expect, test } from '@jest/globals';

import { addDays, type LocalDate } from '../../../src/core/time.ts';
import { describeEachDatabase } from '../../support/databases/databases.ts';
import { insertMetrics } from '../../support/rows/metric-tables.ts';
import { buildMetrics } from '../../support/stages/metrics.ts';
import { testClock } from '../../support/suite/clock.ts';

describeEachDatabase('the sums of build-metrics', (suite) => {
  test('of a past month that lose more than 30 % of their rows are told of, with how many are left', async () => {
    const day = { brand: 'alpina', market: 'AT', currency: 'EUR', customer_type: 'new', category: 'fee', gross_sales: 1, discounts: 0, tax: 0, credits: 0, refunds: 0, net_revenue: 1, orders: 1 };
    const rows = Array.from({ length: 12 }, (_, index) => ({ ...day, day: addDays('2025-01-05' as LocalDate, index), row_id: `row-${index}` }));
    await insertMetrics(suite.database, 'metric_revenue_days', rows);
    await suite.database.write(async (tx) => {
      await tx('metric_partitions').insert({ kind: 'revenue', brand: 'alpina', period: '2025-01' });
    });
    const { totals, problems } = await buildMetrics(suite.database, testClock());
    expect(totals['sums']).toMatchObject({ shrunk: [{ table: 'metric_revenue_days', brand: 'alpina', month: '2025-01', before: 12, after: 0 }] });
    expect(problems).toEqual([expect.objectContaining({ code: 'month_shrunk', message: 'metric_revenue_days of alpina has only 0 of its 12 rows of 2025-01 left' })]);
    expect((await buildMetrics(suite.database, testClock())).problems).toEqual([]);
  });
});
