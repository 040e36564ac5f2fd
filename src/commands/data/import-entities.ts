import type { Context } from '../../context.ts';
import { problemFields } from '../../core/errors.ts';
import { batchOfInstant } from '../../core/time.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { entityNamed } from '../../sources/index.ts';
import { parseRejectLimit } from '../../raw/quarantine/reject-limit.ts';
import type { AfterImport } from '../../raw/import/run-import.ts';
import type { OptionValues, Output } from '../../cli/command.ts';
import { jobOutput } from '../../cli/outputs/job-output.ts';
import { batchRange, rangeGiven } from '../../cli/dates.ts';
import { brandsOf, dataFlags, importFlags } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';

/** Imports entities as the options of an import ask, and what goes with it in the same run. */
export async function importEntities(
  context: Context,
  options: OptionValues,
  { command, entities, allowShrink = false }: { readonly command: string; readonly entities: readonly Entity[]; readonly allowShrink?: boolean },
  afterwards?: (brands: readonly string[]) => AfterImport,
): Promise<Output> {
  const names = importFlags.entity.of(options);
  const range = rangeGiven(options);
  const asked = {
    command,
    allowShrink,
    brands: brandsOf(options, context.config),
    entities: names === undefined ? entities : [...new Set(names)].map((name) => entityNamed(name, entities)),
    shard: dataFlags.shard.of(options),
    rejectLimit: importFlags.maxRejects.of(options) ?? parseRejectLimit(context.config.imports.max_rejects),
    dryRun: dataFlags.dryRun.of(options),
  };
  const upstream = upstreamOf(options, command);
  const database = await context.database(asked);
  const request = { ...asked, range: batchRange(range, context.clock), until: batchOfInstant(context.clock.now()) };
  await awaitUpstream(context, database, request.brands, upstream);
  const { runImport } = await import('../../raw/import/run-import.ts');
  const { factsOf } = await import('../../facts/index.ts');
  const services = { ...context, database, lake: await context.lake(), factsOf };
  const { report, problems } = await runImport(services, request, afterwards?.(request.brands));
  for (const problem of problems) context.logger.error(problem.message, problemFields(problem));
  return jobOutput(report);
}
