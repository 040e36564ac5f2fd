import { HubError } from '../core/errors.ts';
import { stageVersion } from '../core/stage-version.ts';
import type { Database, Transaction } from '../db/database.ts';
import { findEmptyBrands } from '../engine/records/stored-records.repository.ts';
import type { RecordTable } from '../engine/records/record-table.ts';
import type { Found, StagePlan } from '../engine/stage/run-stage.ts';
import { ALL_BRANDS, type Mark } from '../engine/stage/stage-marks.repository.ts';
import type { MrrSetup } from './person-mrr.ts';
import { countQueued, queuePersons, type DateRange, type Selection } from './queue.repository.ts';
import { GROUP } from './records/metric-table.ts';
import { mrrMovements, subscriptionMrr } from './records/mrr-tables.ts';
import { metricCustomers, revenueFacts } from './records/revenue-tables.ts';

/** What a run asks for, as far as it decides who is taken up. */
export interface SelectionRequest {
  readonly allBrands: readonly string[];
  readonly brands: readonly string[];
  readonly accounts: readonly string[] | undefined;
  readonly range: DateRange | undefined;
  /** Everybody is taken up, and what is stored is compared by its columns. */
  readonly rebuild: boolean;
}

/** Who is taken up, and why. */
export interface Plan extends StagePlan {
  /** Why everybody is taken up, if so. */
  readonly whole: 'first_run' | 'program_or_configuration_changed' | 'rebuild' | undefined;
  readonly rebuild: boolean;
  /** Brands, and GROUP, of which nothing is stored yet. */
  readonly emptyBrands: ReadonlySet<string>;
}

/** The tables that are decided person by person. */
const personTables = [subscriptionMrr, mrrMovements, revenueFacts, metricCustomers] as unknown as readonly RecordTable[];

/** The version of the stage: the program and what the configuration decides. Another one takes everybody up. */
export function metricsVersion(version: string, brands: readonly string[], { pricesIncludeTax }: MrrSetup): string {
  return stageVersion(version, ...brands.map((brand) => `${brand}: ${pricesIncludeTax(brand) ? 'with' : 'without'} tax`));
}

/** Fills the queue of the run with everybody whom it concerns; the caller's transaction makes it one step. */
export async function prepare(database: Database, tx: Transaction, request: SelectionRequest, runId: string, { marks, upTo }: Found, version: string): Promise<Plan> {
  const { allBrands, brands, accounts, range, rebuild } = request;
  const mark = marks.get(ALL_BRANDS);
  const whole = isRestricted(request) ? undefined : reasonForAll(rebuild, mark, version);
  const selection: Selection = isRestricted(request)
    ? { kind: 'some', brands, accounts, range }
    : whole === undefined && mark !== undefined
      ? { kind: 'changes', after: mark.mark, upTo }
      : { kind: 'all' };
  await queuePersons(database, tx, runId, selection);
  const queued = await countQueued(database, tx, runId);
  if (accounts !== undefined && range === undefined && queued === 0) {
    throw new HubError('usage', 'unknown_account', 'None of these accounts is enriched.', {
      nextStep: 'Give account ids as the billing platform writes them (Id, not AccountNumber), and run hub enrich first.',
    });
  }
  return { upTo, queued, whole, rebuild, emptyBrands: await findEmptyBrands(database, tx, personTables, [...allBrands, GROUP]) };
}

function reasonForAll(rebuild: boolean, mark: Mark | undefined, version: string): Plan['whole'] {
  if (rebuild) return 'rebuild';
  if (mark === undefined) return 'first_run';
  return mark.version === version ? undefined : 'program_or_configuration_changed';
}

/** True if only a part of what there is was asked for: the mark then stays. */
export function isRestricted({ accounts, range, brands, allBrands }: Pick<SelectionRequest, 'accounts' | 'range' | 'brands' | 'allBrands'>): boolean {
  return accounts !== undefined || range !== undefined || brands.length < allBrands.length;
}
