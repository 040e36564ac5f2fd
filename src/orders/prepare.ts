import { HubError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import { stageVersion } from '../core/stage-version.ts';
import type { Database, Transaction } from '../db/database.ts';
import { groupBy } from '../core/group-by.ts';
import type { Found, StagePlan } from '../engine/stage/run-stage.ts';
import { ALL_BRANDS, type Mark } from '../engine/stage/stage-marks.repository.ts';
import { publicIds } from './ids/ids.ts';
import { countQueued, queuePersons, type DateRange, type OrdersCommand, type Selection } from './queue.repository.ts';
import { findStrays, type Stray } from './records/strays.repository.ts';

/** What a run asks for, as far as it decides who is taken up. */
export interface SelectionRequest {
  readonly command: OrdersCommand;
  readonly allBrands: readonly string[];
  readonly brands: readonly string[];
  readonly accounts: readonly string[] | undefined;
  readonly range: DateRange | undefined;
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
  const { command, brands, accounts, range } = request;
  const mark = marks.get(ALL_BRANDS);
  const whole = isRestricted(request) ? undefined : reasonForAll(request, mark, version);
  const strays = request.recompute && range === undefined ? await straysOf(database, tx, request) : [];
  const some = { kind: 'some', brands, accounts, range } as const;
  const selection: Selection = request.recompute
    ? { kind: 'recompute', some: isRestricted(request) ? some : undefined, strays: [...new Set(strays.map(({ personId }) => personId))] }
    : isRestricted(request)
      ? some
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
  if (mark === undefined) return 'first_run';
  if (mark.version !== version) return 'program_or_configuration_changed';
  return dryRun && command === 'attribute-refunds' ? 'reconciliation' : undefined;
}

/** True if only a part of what there is was asked for: the mark then stays. */
export function isRestricted({ accounts, range, brands, allBrands }: Pick<SelectionRequest, 'accounts' | 'range' | 'brands' | 'allBrands'>): boolean {
  return accounts !== undefined || range !== undefined || brands.length < allBrands.length;
}
