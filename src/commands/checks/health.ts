import { latestChecks } from '../../health/history.repository.ts';
import { isWell } from '../../health/run-health.ts';
import { millisOf } from '../../core/time.ts';
import type { Check } from './check.ts';

const OLD_MINUTES = 60;
const MINUTE_MS = 60_000;

/** How integrations fared when hub health checked them last; it is doctor's line only, and probes nothing. */
export const health: Check = {
  name: 'health',
  needs: ['migrations'],
  async run(context) {
    const database = context.unmigratedDatabase();
    const checks = await database.read(async (knex) => {
      // An embedded database that was never used has no tables yet.
      const isThere = (await database.dialect.columnsOf(knex, 'integration_health')).length > 0;
      return isThere ? latestChecks(knex) : [];
    });
    const [first] = checks;
    if (first === undefined) return { found: 'never checked', advice: context.config.embedded ? undefined : 'let hub health run every 5 minutes' };
    const minutes = Math.floor((millisOf(context.clock.now()) - millisOf(first.checkedAt)) / MINUTE_MS);
    const unwell = checks.filter((check) => !isWell([check])).map(({ id, state, reason }) => `${id} is ${state} (${reason ?? ''})`);
    // In an embedded database nobody checks by the clock.
    const old = minutes > OLD_MINUTES && !context.config.embedded ? [`the newest check is ${minutes} minutes old: see why hub health does not run`] : [];
    const advice = [...old, ...unwell];
    return { found: `${checks.length} integrations, ${unwell.length} down or degraded ${minutes} minutes ago`, advice: advice.length === 0 ? undefined : advice.join('; ') };
  },
};
