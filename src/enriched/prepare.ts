import { HubError } from '../core/errors.ts';
import type { RunId } from '../core/ids.ts';
import type { BatchId, LocalDate } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Catalog } from './facts/catalog.ts';
import { findEmptyBrands } from '../engine/records/stored-records.repository.ts';
import { enrichedTables } from './records/enriched-tables.ts';
import { readCatalog } from './facts/facts.repository.ts';
import { countUnowned, refreshNeighbours, refreshOwners } from './facts/links.repository.ts';
import type { Found, StagePlan } from '../engine/stage/run-stage.ts';
import type { Mark } from '../engine/stage/stage-marks.repository.ts';
import { countQueued, queueDependents, queuePersons } from './queue.repository.ts';
import { hasFirstLoad, queueSelected, queueStrays, type Selection } from './selection.repository.ts';

/** The name of the stage in marks and in what could not be decided. */
export const STAGE = 'enrich';

/** What a run asks for, as far as it decides who is taken up. */
export interface SelectionRequest {
  readonly allBrands: readonly string[];
  readonly brands: readonly string[];
  readonly asOf: LocalDate;
  readonly accounts: readonly string[] | undefined;
  readonly range: { readonly from: BatchId; readonly until: BatchId } | undefined;
  readonly shard: { readonly label: string };
  /** True: what is stored of everybody who is chosen is compared by its columns. */
  readonly recompute: boolean;
}

type ReasonForAll = 'recompute' | 'first_run' | 'rules_changed' | 'earlier_date' | 'first_load';

/** Who is taken up, and why. */
export interface Plan extends StagePlan {
  /** Brands of which everybody is taken up, with the reason. */
  readonly whole: ReadonlyMap<string, ReasonForAll>;
  readonly recompute: boolean;
  /** Brands that have no records yet. */
  readonly emptyBrands: ReadonlySet<string>;
  readonly catalogs: ReadonlyMap<string, Catalog>;
  /** Rows that belong to no account, by entity. */
  readonly unowned: ReadonlyMap<string, number>;
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
  const whole = new Map<string, ReasonForAll>();
  for (const brand of request.brands) {
    const mark = marks.get(brand);
    const reason = isRestricted(request)
      ? undefined
      : request.recompute
        ? 'recompute'
        : (reasonForAll(mark, request.asOf, version) ?? ((await hasFirstLoad(database, tx, brand, mark?.mark ?? 0, upTo)) ? 'first_load' : undefined));
    if (reason !== undefined) whole.set(brand, reason);
    if (request.range !== undefined) await refreshOwners(database, tx, runId, brand);
    const after = reason === undefined ? (mark?.mark ?? 0) : 0;
    await queueSelected(database, tx, runId, brand, selectionOf(request, after, upTo), reason !== undefined);
    if (request.recompute && request.range === undefined) await queueStrays(database, tx, runId, brand, request.accounts);
  }
  if (request.accounts !== undefined && (await countQueued(database, tx, runId)) === 0) {
    throw new HubError('usage', 'unknown_account', 'None of these accounts exists.', {
      nextStep: 'Give account ids as the billing platform writes them (Id, not AccountNumber).',
    });
  }
  for (const brand of request.allBrands) await refreshOwners(database, tx, runId, brand);
  for (const brand of request.allBrands) await refreshNeighbours(database, tx, runId, brand, whole.has(brand));
  await queueDependents(database, tx, runId);
  await queuePersons(database, tx, runId);
  const catalogs = new Map<string, Catalog>();
  const unowned = new Map<string, number>();
  for (const brand of request.allBrands) {
    catalogs.set(brand, await readCatalog(database, tx, brand));
    for (const [entity, count] of await countUnowned(database, tx, brand)) unowned.set(entity, (unowned.get(entity) ?? 0) + count);
  }
  const emptyBrands = await findEmptyBrands(database, tx, Object.values(enrichedTables), request.allBrands);
  return { upTo, queued: await countQueued(database, tx, runId), whole, recompute: request.recompute, emptyBrands, catalogs, unowned };
}

/** True if only a part of what there is was asked for: the marks then stay. */
export function isRestricted({ accounts, range }: Pick<SelectionRequest, 'accounts' | 'range'>): boolean {
  return accounts !== undefined || range !== undefined;
}

/** An earlier date than before can undo what later dates brought, so everybody is decided anew. */
function reasonForAll(mark: Mark | undefined, asOf: LocalDate, version: string): ReasonForAll | undefined {
  if (mark === undefined) return 'first_run';
  if (mark.version !== version) return 'rules_changed';
  return asOf < mark.asOf ? 'earlier_date' : undefined;
}

function selectionOf({ accounts, range, asOf }: SelectionRequest, after: number, upTo: number): Selection {
  if (accounts !== undefined) return { kind: 'accounts', ids: accounts };
  if (range !== undefined) return { kind: 'batches', from: range.from, until: range.until };
  return { kind: 'changes', after, upTo, asOf };
}
