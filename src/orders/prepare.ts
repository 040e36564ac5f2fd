import { HubError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { Database, Transaction } from '../db/database.ts';
import { ALL_BRANDS, NO_DATE, readMarks, requireAllProcessed, settledChange, writeMarks, type Mark, type RunsNow } from '../runs/stage-marks.repository.ts';
import { clearQueues, countQueued, queuePersons, type DateRange, type OrdersCommand, type Selection } from './queue.repository.ts';

/** What a run asks for, as far as it decides who is taken up. */
export interface TakeUp {
  readonly command: OrdersCommand;
  readonly allBrands: readonly string[];
  readonly brands: readonly string[];
  readonly accounts: readonly string[] | undefined;
  readonly range: DateRange | undefined;
  readonly shard: { readonly label: string };
  readonly dryRun: boolean;
}

/** Who is taken up, and why. */
export interface Plan {
  /** Everything up to this change number is taken up. */
  readonly upTo: number;
  /** Persons in the queue, before other shards' are left out. */
  readonly queued: number;
  /** Why everybody is taken up, if so. */
  readonly whole: 'first_run' | 'program_or_configuration_changed' | 'reconciliation' | undefined;
}

/** Fills the queue of the run with everybody whom it concerns; the caller's transaction makes it one step. */
export async function prepare(
  database: Database,
  tx: Transaction,
  request: TakeUp,
  runId: RunId,
  now: RunsNow,
  version: string,
): Promise<Plan> {
  const { command, brands, accounts, range } = request;
  await clearQueues(tx, now.left);
  const upTo = await settledChange(tx, runId, now, (other) => other === 'enrich');
  const mark = (await readMarks(tx, { stage: command, shard: request.shard.label })).get(ALL_BRANDS);
  const whole = isRestricted(request) ? undefined : reasonForAll(request, mark, version);
  const selection: Selection = isRestricted(request)
    ? { kind: 'some', brands, accounts, range }
    : whole === undefined && mark !== undefined
      ? { kind: 'changes', after: mark.mark, upTo }
      : { kind: 'all' };
  await queuePersons(database, tx, runId, command, selection);
  const queued = await countQueued(database, tx, runId);
  if (accounts !== undefined && range === undefined && queued === 0) {
    throw new HubError('usage', 'unknown_account', 'None of these accounts is enriched.', {
      nextStep: 'Give account ids as the billing platform writes them (Id, not AccountNumber), and run hub enrich first.',
    });
  }
  return { upTo, queued, whole };
}

/** A dry run of attribute-refunds is a reconciliation: it shows all refunds, not only those that a change concerns. */
function reasonForAll({ command, dryRun }: TakeUp, mark: Mark | undefined, version: string): Plan['whole'] {
  if (mark === undefined) return 'first_run';
  if (mark.version !== version) return 'program_or_configuration_changed';
  return dryRun && command === 'attribute-refunds' ? 'reconciliation' : undefined;
}

/**
 * Moves the mark, if the run took up all that there was, and drops its queue.
 * @param processed persons of the queue that were written, or left to other shards
 * @throws HubError transient if that is not the whole queue
 */
export async function finishQueue(tx: Transaction, request: TakeUp, plan: Plan, processed: number, version: string, runId: RunId): Promise<void> {
  requireAllProcessed(request.command, plan.queued, processed);
  if (!isRestricted(request)) {
    await writeMarks(tx, { stage: request.command, shard: request.shard.label }, [ALL_BRANDS], { mark: plan.upTo, asOf: NO_DATE, version }, runId);
  }
  await clearQueues(tx, [runId]);
}

/** True if only a part of what there is was asked for: the mark then stays. */
function isRestricted({ accounts, range, brands, allBrands }: TakeUp): boolean {
  return accounts !== undefined || range !== undefined || brands.length < allBrands.length;
}
