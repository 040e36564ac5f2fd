import { batchOfInstant } from '../core/time.ts';
import { parseRejectLimit } from '../raw/reject-limit.ts';
import { billingEntities, entityNamed } from '../raw/entities/index.ts';
import type { Command } from './command.ts';
import { jobOutput } from './job-output.ts';
import { problemFields } from './problem.ts';
import { awaitUpstream, brandsOf, dataOptions, importOptions, rangeOf, shardOf, upstreamOf } from './options.ts';

/** Imports the 16 billing entities of each brand from the lake into the raw tables. */
export const importBilling: Command = {
  name: 'import-billing',
  summary: 'import the billing exports of each brand from the lake',
  description:
    'Reads every batch that the history does not have, repairs shifted rows, compares each row with the stored one and ' +
    'writes what changed. A batch is stored as a whole or not at all; bad rows go to quarantine (hub quarantine list).',
  options: [...dataOptions(), ...importOptions()],
  examples: [
    'hub import-billing',
    'hub import-billing --brand alpina --entity invoice payment',
    'hub import-billing --dry-run --output json',
    'hub import-billing --from 2026-03-01 --to 2026-03-08    # read these batches again',
    'hub import-billing --shard 2/4 --no-progress',
  ],
  async run(context, options) {
    const names = options['entity'] as string[] | undefined;
    const request = {
      command: 'import-billing',
      brands: brandsOf(options, context.config),
      entities: names === undefined ? billingEntities : [...new Set(names)].map((name) => entityNamed(name, billingEntities)),
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
    const { report, problems } = await runImport({ ...context, database, lake: await context.lake() }, request);
    for (const problem of problems) context.logger.error(problem.message, problemFields(problem));
    return jobOutput(report);
  },
};
