import { batchOfInstant } from '../core/time.ts';
import { emailEvents, entityNamed } from '../raw/entities/index.ts';
import { parseRejectLimit } from '../raw/reject-limit.ts';
import type { Command } from './command.ts';
import { jobOutput } from './job-output.ts';
import { awaitUpstream, brandsOf, dataOptions, importOptions, rangeOf, shardOf, upstreamOf } from './options.ts';
import { problemFields } from './problem.ts';

/** Imports the e-mail events of each brand from the lake and brings its subscribers up to date. */
export const importEmail: Command = {
  name: 'import-email',
  summary: 'import the e-mail events of each brand from the lake',
  description:
    'Reads every batch of the feeds send, open, click and unsubscribe that the history does not have, adds the events that ' +
    'are not stored yet, with addresses as hashes only, and brings the subscribers of these persons up to date. A batch is ' +
    'stored as a whole or not at all; bad rows go to quarantine (hub quarantine list).',
  options: [...dataOptions(), ...importOptions()],
  examples: [
    'hub import-email',
    'hub import-email --brand alpina --entity open click',
    'hub import-email --dry-run --output json    # subscribers are left out of a dry run',
    'hub import-email --from 2026-03-01 --to 2026-03-08    # read these batches again',
  ],
  async run(context, options) {
    const names = options['entity'] as string[] | undefined;
    const request = {
      command: 'import-email',
      brands: brandsOf(options, context.config),
      entities: names === undefined ? emailEvents : [...new Set(names)].map((name) => entityNamed(name, emailEvents)),
      range: rangeOf(options, context.clock),
      until: batchOfInstant(context.clock.now()),
      shard: shardOf(options),
      rejectLimit: parseRejectLimit((options['maxRejects'] as string | undefined) ?? context.config.imports.max_rejects),
      dryRun: options['dryRun'] === true,
    };
    const upstream = upstreamOf(options);
    const database = await context.database(request);
    await awaitUpstream(context, database, request.command, upstream);
    const { runImport } = await import('../raw/run-import.ts');
    const { foldSubscribers } = await import('../enriched/subscribers/run-fold.ts');
    const { AuditWriter } = await import('../runs/audit.repository.ts');
    const services = { ...context, database, lake: await context.lake() };
    const { report, problems } = await runImport(services, request, async (job) => {
      const counts = await foldSubscribers(services, job, new AuditWriter(job.runId, context.clock), request.brands);
      return { subscribers_created: counts.created, subscribers_updated: counts.updated, subscribers_removed: counts.removed };
    });
    for (const problem of problems) context.logger.error(problem.message, problemFields(problem));
    return jobOutput(report);
  },
};
