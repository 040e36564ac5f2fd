import { migrations } from '../../../migrations/index.ts';
import { HubError } from '../../core/errors.ts';
import { migrationStatus } from '../../db/migrator.ts';
import type { Check } from './check.ts';

/** The destinations of relays can be read, and what waits can be sent. */
export const destinations: Check = {
  name: 'destinations',
  needs: ['migrations'],
  async run(context) {
    const [{ describeDestinations }, { brokenAmong }, { proxySettings }] = [
      await import('../../relays/describe.ts'),
      await import('../../relays/destinations/choose.ts'),
      await import('../../net/proxy.ts'),
    ];
    const all = await context.destinations();
    proxySettings(context.config.variable);
    const broken = brokenAmong(all);
    if (broken.length > 0) {
      throw new HubError('configuration', 'destinations_invalid', `${broken.length} of ${all.length} cannot be used: ${broken.map(({ problem }) => problem).join('; ')}.`, {
        nextStep: 'Correct the line or the variable; what is for them waits in the outbox, and the others are sent to.',
      });
    }
    const pending = (await migrationStatus(context.unmigratedDatabase(), migrations)).some(({ appliedAt }) => appliedAt === null);
    // A new embedded database has no outbox yet.
    if (pending) return { found: `${all.length} declared` };
    const rows = await describeDestinations(await context.database({ dryRun: true }), all, context.clock);
    const ready = rows.filter(({ halted }) => halted === null).map(({ destination }) => destination);
    const stuck = rows.flatMap(({ destination, halted, waiting }) => (halted !== null && waiting > 0 ? [`${destination}: ${waiting} waiting, ${halted}`] : []));
    return {
      found: `${rows.length} declared, ${ready.length === 0 ? 'none ready' : `ready: ${ready.join(', ')}`} (hub relays destinations)`,
      // In an embedded database relays wait for whoever tries the program out.
      advice: stuck.length === 0 || context.config.embedded ? undefined : stuck.join('; '),
    };
  },
};
