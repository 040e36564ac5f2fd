import type { RunId } from '../core/ids.ts';
import { stageVersion } from '../core/stage-version.ts';
import type { Database, Transaction } from '../db/database.ts';
import { groupBy } from '../core/group-by.ts';
import type { Found, StagePlan } from '../engine/stage/run-stage.ts';
import { ALL_BRANDS, type Mark } from '../engine/stage/stage-marks.repository.ts';
import { countPersons } from '../enriched/person-queue.repository.ts';
import { isRestricted, reasonOfMark, requireKnownAccounts, type PersonRequest } from '../enriched/person-selection.ts';
import { publicIds } from './ids/ids.ts';
import { QUEUE, queuePersons, type OrdersCommand, type Selection } from './queue.repository.ts';
import { findStrays, type Stray } from './records/strays.repository.ts';

/** What a run asks for, as far as it decides who is taken up. */
interface SelectionRequest extends PersonRequest {
  readonly command: OrdersCommand;
  readonly shard: { readonly label: string };
  readonly dryRun: boolean;
  /** True: what is stored of everybody who is chosen is compared by its columns. */
  readonly recompute: boolean;
}

/** Who is taken up, and why. */
export interface Plan extends StagePlan {
  /** Why everybody is taken up, if so. */
  readonly whole: 'first_run' | 'program_or_configuration_changed' | 'reconciliation' | 'recompute' | undefined;
  readonly recompute: boolean;
  /** Accounts that only stored records name, by the person under whom they are taken up. */
  readonly strays: ReadonlyMap<string, readonly AccountName[]>;
}

interface AccountName {
  readonly brand: string;
  readonly accountId: string;
}

/** The version of the stage: the program and what the configuration decides. Another one takes everybody up. */
export function ordersVersion({ version, spill, idKey }: { readonly version: string; readonly spill: string; readonly idKey: string }): string {
  return stageVersion(version, spill, publicIds(idKey)('per', 'version'));
}

/** Fills the queue of the run with everybody whom it concerns; the caller's transaction makes it one step. */
export async function prepare(
  database: Database,
  tx: Transaction,
  request: SelectionRequest,
  runId: RunId,
  { marks, upTo }: Found,
  version: string,
): Promise<Plan> {
  const { command, range } = request;
  const mark = marks.get(ALL_BRANDS);
  const whole = isRestricted(request) ? undefined : reasonForAll(request, mark, version);
  const strays = request.recompute && range === undefined ? await straysOf(database, tx, request) : [];
  const some = { kind: 'some', chosen: request } as const;
  const selection: Selection = request.recompute
    ? { kind: 'recompute', some: isRestricted(request) ? some : undefined, strays: [...new Set(strays.map(({ personId }) => personId))] }
    : isRestricted(request)
      ? some
      : whole === undefined && mark !== undefined
        ? { kind: 'changes', after: mark.mark, upTo }
        : { kind: 'all' };
  const queue = { database, tx, table: QUEUE, runId };
  await queuePersons(queue, command, selection);
  const queued = await countPersons(queue);
  requireKnownAccounts(request, queued);
  const ofAccounts = strays.flatMap(({ brand, accountId, personId }) => (brand === null || accountId === null ? [] : [{ brand, accountId, personId }]));
  return { upTo, queued, whole, recompute: request.recompute, strays: groupBy(ofAccounts, ({ personId }) => personId) };
}

/** Of accounts that are named only what stands under them. */
async function straysOf(database: Database, tx: Transaction, request: SelectionRequest): Promise<readonly Stray[]> {
  const { brands, accounts } = request;
  const found = await findStrays({ database, tx }, brands, !isRestricted(request));
  return accounts === undefined ? found : found.filter(({ accountId }) => accountId !== null && accounts.includes(accountId));
}

/** A dry run of attribute-refunds is a reconciliation: it shows all refunds, not only those that a change concerns. */
function reasonForAll({ command, dryRun, recompute }: SelectionRequest, mark: Mark | undefined, version: string): Plan['whole'] {
  if (recompute) return 'recompute';
  const reason = reasonOfMark(mark, version);
  if (reason !== undefined) return reason;
  return dryRun && command === 'attribute-refunds' ? 'reconciliation' : undefined;
}
