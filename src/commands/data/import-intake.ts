import type { Command, Output } from '../../cli/command.ts';
import { batchRange, rangeGiven } from '../../cli/dates.ts';
import { Flag, listOf } from '../../cli/flag.ts';
import { brandsOf, dataFlags, dataOptions, importFlags } from '../../cli/options.ts';
import { jobOutput } from '../../cli/outputs/job-output.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';
import { userHashOf } from '../../cli/user-hash.ts';
import type { Context } from '../../context.ts';
import { HubError, problemFields } from '../../core/errors.ts';
import { addMillis, parseDuration } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { intakeKindNames, type IntakeKind, type IntakeKindName } from '../../leads/intake/intake-kind.ts';
import type { LeadImport } from '../../leads/intake/judge-records.ts';
import type { IntakeRequest } from '../../leads/intake/run-import-intake.ts';
import type { IntakeSource } from '../../leads/source/intake-source.ts';
import { parseRejectLimit } from '../../raw/quarantine/reject-limit.ts';

const USUAL_INTERVAL = '10s';
const flags = {
  kind: listOf('--kind <kind...>', `only these kinds of records: ${intakeKindNames.join(', ')}`, intakeKindNames),
  maxRejects: importFlags.maxRejects,
  follow: new Flag('--follow [interval]', `import again and again until SIGTERM, ${USUAL_INTERVAL} apart or as given; without work there is no run`, intervalMs),
};

/** What lies long before the mark of a brand is looked at so often, and refused batches are tried again. */
const LOOK_BACK_MS = 15 * 60_000;

/** Imports what hub serve has taken. */
export const importIntake: Command = {
  name: 'import-intake',
  summary: 'import the leads, consents, events and webhooks that hub serve has taken, and bring contacts up to date',
  description:
    'Reads every batch of the intake (HUB_INTAKE_URL, a folder or S3) that the history does not have, and what the server had to ' +
    'leave in the database; judges each new lead once by the forms and rules of today, folds the contacts of their persons, also ' +
    'for unsubscriptions that came since, and stores relays for partners. Consents are added to the ledger, tracked events and visits of ' +
    'forms stored once each. Of webhooks each event is stored and done once, as ' +
    'config/webhooks.yaml says, however often it came (hub webhooks list). A batch is stored as a whole or not at all; lines that ' +
    'are no records go to quarantine. Ends with 3 if a batch was refused, a journal was damaged, or a webhook could not be done. ' +
    '--shard divides the batches.',
  options: [...dataOptions, ...Object.values(flags)],
  examples: [
    'hub import-intake',
    'hub import-intake --brand alpina --dry-run',
    'hub import-intake --kind webhook',
    'hub import-intake --follow    # until SIGTERM',
    'hub import-intake --from 2026-03-10 --to 2026-03-11    # read these batches again',
    'hub import-intake --shard 1/2 --follow 5s --no-progress',
  ],
  decidesByDate: true,
  async run(context, options) {
    const [range, followMs] = [rangeGiven(options), flags.follow.of(options)];
    const asked = {
      brands: brandsOf(options, context.config),
      shard: dataFlags.shard.of(options),
      rejectLimit: flags.maxRejects.of(options) ?? parseRejectLimit(context.config.imports.max_rejects),
      dryRun: dataFlags.dryRun.of(options),
    };
    const kinds = flags.kind.of(options) ?? intakeKindNames;
    if (followMs !== undefined && (asked.dryRun || range !== undefined)) {
      throw new HubError('usage', 'invalid_follow', '--follow goes on with what comes: it does not go with --dry-run, --from and --to.', { nextStep: 'Leave one of them out.' });
    }
    const upstream = upstreamOf(options, 'import-intake');
    const { openIntakeSource } = await import('../../leads/source/open-source.ts');
    const source = await openIntakeSource(context.config.server().intakeUrl);
    try {
      const database = await context.database(asked);
      const request = { ...asked, range: batchRange(range, context.clock) };
      await awaitUpstream(context, database, asked.brands, upstream);
      return await (followMs === undefined ? importOnce(context, database, source, kinds, request) : followIntake(context, database, source, kinds, request, followMs));
    } finally {
      source.close();
    }
  },
};

async function importOnce(context: Context, database: Database, source: IntakeSource, kinds: readonly IntakeKindName[], request: IntakeRequest): Promise<Output> {
  const { importIntake: run } = await import('../../leads/intake/run-import-intake.ts');
  const { leads, imported } = await setupOf(context, database, kinds);
  return jobOutput(await run({ ...context, database, source }, request, imported, leads));
}

/** What records of these kinds are imported with. */
async function setupOf(context: Context, database: Database, names: readonly IntakeKindName[]): Promise<{ leads: LeadImport; imported: IntakeKind[] }> {
  const { eventOutboxOf, leadImportOf } = await import('../../cli/lead-import.ts');
  const { leadKind } = await import('../../leads/intake/import-batch.ts');
  const { consentKind } = await import('../../leads/intake/consent-kind.ts');
  const { eventKind } = await import('../../events/intake/event-kind.ts');
  const { visitKind } = await import('../../events/intake/visit-kind.ts');
  const { parseProxies } = await import('../../net/client-address.ts');
  const { webhookKind } = await import('../../webhooks/intake/webhook-kind.ts');
  const [leads, userHash, outbox] = [await leadImportOf(context, database), userHashOf(context.config), await eventOutboxOf(context, database)];
  const kinds = { lead: () => leadKind(leads), consent: () => consentKind(leads), event: () => eventKind(outbox), visit: () => visitKind({ userHash, outbox, internal: parseProxies(context.config.serve.internal_networks) ?? [] }), webhook: async () => webhookKind({ webhooks: await context.webhooks(), leads, userHash, events: outbox }) } satisfies Record<IntakeKindName, () => IntakeKind | Promise<IntakeKind>>;
  const imported: IntakeKind[] = [];
  for (const name of names) imported.push(await kinds[name]());
  return { leads, imported };
}

/** Each cycle reads forms, sources, rules and destinations anew, so that it takes what comes by what holds. */
async function followIntake(context: Context, database: Database, source: IntakeSource, kinds: readonly IntakeKindName[], request: IntakeRequest, everyMs: number): Promise<Output> {
  const { importIntake: run } = await import('../../leads/intake/run-import-intake.ts');
  const { isWorkWaiting } = await import('../../leads/intake/waiting-work.repository.ts');
  const { follow } = await import('../../leads/intake/follow.ts');
  const { logger, clock, signal } = context;
  let lookedBackAt: ReturnType<typeof clock.now> | undefined;
  const cycle = async (): Promise<boolean> => {
    const now = clock.now();
    const isRecentOnly = lookedBackAt !== undefined && addMillis(lookedBackAt, LOOK_BACK_MS) > now;
    const selection = { ...request, isRecentOnly, refusedBefore: addMillis(now, -LOOK_BACK_MS) };
    const { leads, imported } = await setupOf(context, database, kinds);
    const isWork = await isWorkWaiting(database, source, kinds, request.brands, selection, signal);
    if (isWork) {
      const { run_id: runId, status, totals, problems } = await run({ ...context, database, source }, selection, imported, leads);
      logger.info('what came was imported', { run_id: runId, status, ...totals });
      for (const { message, ...fields } of problems) logger.warn(message, fields);
    }
    if (!isRecentOnly) lookedBackAt = now;
    return isWork;
  };
  const trouble = (error: HubError): void => {
    logger.error(error.message, problemFields(error));
  };
  const { cycles, worked } = await follow({ everyMs, signal, cycle, trouble });
  return { text: `Ended in order after ${worked} imports.`, json: { command: 'import-intake', cycles, runs: worked } };
}

/** @throws HubError usage if it is no time between a second and an hour */
function intervalMs(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  const text = typeof given === 'string' ? given : USUAL_INTERVAL;
  const ms = parseDuration(text);
  if (ms !== undefined && ms >= 1_000 && ms <= 3_600_000) return ms;
  throw new HubError('usage', 'invalid_duration', `"${text}" is no valid value of --follow.`, { nextStep: 'Give a time from 1s to 1h, such as 10s.' });
}
