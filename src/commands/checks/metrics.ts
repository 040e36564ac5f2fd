import { MOST_HOURS, hoursBetween } from '../../alerts/freshness.ts';
import { readMetricsBuilt } from '../../alerts/metric-rows.repository.ts';
import type { Transaction } from '../../db/database.ts';
import type { Check } from './check.ts';

/** How old the metrics are: reports, alerts and the summary stand on them. */
export const metrics: Check = {
  name: 'metrics',
  needs: ['migrations'],
  async run(context) {
    const database = context.unmigratedDatabase();
    const built = await database.read(async (knex) => {
      // An embedded database that was never used has no tables yet.
      const isThere = (await database.dialect.columnsOf(knex, 'job_runs')).length > 0;
      return isThere ? readMetricsBuilt(knex as Transaction) : undefined;
    });
    if (built === undefined) return { found: 'never built' };
    const hours = hoursBetween(built, context.clock.now());
    const advice = hours > MOST_HOURS ? `they are ${hours} hours old, so that check-alerts judges nothing by them: see hub runs list --command build-metrics, and run hub build-metrics` : undefined;
    return { found: `built ${built.slice(0, 16)}`, advice };
  },
};
