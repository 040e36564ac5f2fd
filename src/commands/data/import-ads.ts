import type { Command } from '../../cli/command.ts';
import { importOptions } from '../../cli/options.ts';

/** Imports what ad platforms say of each day, and what a month may cost. */
export const importAds: Command = {
  name: 'import-ads',
  summary: 'import spend, clicks and claims of ad platforms, and budgets',
  description:
    'Reads every batch of the feed ads that the history does not have. A batch of ad_performance states each day of an account ' +
    'that it names whole: rows that it does not repeat go, and an older batch never changes a newer day. A day of which a row is ' +
    'rejected stays as it was, and the run ends with 3; the good rows of that day wait in quarantine with the bad one.',
  options: importOptions,
  examples: ['hub import-ads', 'hub import-ads --brand alpina --entity ad_performance', 'hub import-ads --from 2026-03-01 --to 2026-03-08    # read these batches again'],
  decidesByDate: true,
  async run(context, options) {
    const [{ importEntities }, { adEntities }] = [await import('./import-entities.ts'), await import('../../sources/index.ts')];
    return importEntities(context, options, { command: 'import-ads', entities: adEntities });
  },
};
