import type { Command } from '../../cli/command.ts';
import { importOptions } from '../../cli/options.ts';

/** Imports the e-mail events of each brand from the lake and brings its subscribers up to date. */
export const importEmail: Command = {
  name: 'import-email',
  summary: 'import the e-mail events of each brand from the lake',
  description:
    'Reads every batch of the feeds send, open, click and unsubscribe that the history does not have, adds the events that ' +
    'are not stored yet, with addresses as hashes only, and brings the subscribers of these persons up to date. A batch is ' +
    'stored as a whole or not at all; bad rows go to quarantine (hub quarantine list).',
  options: importOptions,
  examples: [
    'hub import-email',
    'hub import-email --brand alpina --entity open click',
    'hub import-email --dry-run --output json    # subscribers are left out of a dry run',
    'hub import-email --from 2026-03-01 --to 2026-03-08    # read these batches again',
  ],
  decidesByDate: true,
  async run(context, options) {
    const [{ importEntities }, { emailEvents }] = [await import('./import-entities.ts'), await import('../../sources/index.ts')];
    const { foldSubscribers } = await import('../../enriched/subscribers/run-fold.ts');
    const { countUnjoined } = await import('../../enriched/subscribers/unjoined.repository.ts');
    const { unjoinedProblems } = await import('../../enriched/subscribers/unjoined.ts');
    const { AuditWriter } = await import('../../engine/records/audit.repository.ts');
    return importEntities(context, options, { command: 'import-email', entities: emailEvents }, (brands) => async (job, services) => {
      const counts = await foldSubscribers({ ...services, config: context.config }, job, new AuditWriter(job.runId, context.clock), brands);
      const unjoined = await countUnjoined(services.database, brands);
      const totals = {
        ...{ subscribers_created: counts.created, subscribers_updated: counts.updated, subscribers_removed: counts.removed },
        ...{ objections_waiting: unjoined.objectionsWaiting, contacts_unknown: unjoined.contactsUnknown },
      };
      return { totals, problems: unjoinedProblems(unjoined) };
    });
  },
};
