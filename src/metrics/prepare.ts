import { stageVersion } from '../core/stage-version.ts';
import type { Database, Transaction } from '../db/database.ts';
import { findEmptyBrands } from '../engine/records/stored-records.repository.ts';
import type { RecordTable } from '../engine/records/record-table.ts';
import type { Found, StagePlan } from '../engine/stage/run-stage.ts';
import { ALL_BRANDS } from '../engine/stage/stage-marks.repository.ts';
import { countPersons } from '../enriched/person-queue.repository.ts';
import { isRestricted, reasonOfMark, requireKnownAccounts, type PersonRequest } from '../enriched/person-selection.ts';
import type { MrrSetup } from './person-mrr.ts';
import { QUEUE, queuePersons, type Selection } from './queue.repository.ts';
import { GROUP } from './records/group.ts';
import { mrrMovements, subscriptionMrr } from './records/mrr-tables.ts';
import { metricCustomers, revenueFacts } from './records/revenue-tables.ts';
import type { RevenueSetup } from './revenue/revenue-setup.ts';

/** What a run asks for, as far as it decides who is taken up. */
interface SelectionRequest extends PersonRequest {
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
export function metricsVersion(version: string, brands: readonly string[], { pricesIncludeTax, revenueVersion }: MrrSetup & RevenueSetup): string {
  return stageVersion(version, revenueVersion, ...brands.map((brand) => `${brand}: ${pricesIncludeTax(brand) ? 'with' : 'without'} tax`));
}

/** Fills the queue of the run with everybody whom it concerns; the caller's transaction makes it one step. */
export async function prepare(database: Database, tx: Transaction, request: SelectionRequest, runId: string, { marks, upTo }: Found, version: string): Promise<Plan> {
  const { allBrands, rebuild } = request;
  const mark = marks.get(ALL_BRANDS);
  const whole = isRestricted(request) ? undefined : rebuild ? 'rebuild' : reasonOfMark(mark, version);
  const selection: Selection = isRestricted(request)
    ? { kind: 'some', chosen: request }
    : whole === undefined && mark !== undefined
      ? { kind: 'changes', after: mark.mark, upTo }
      : { kind: 'all' };
  const queue = { database, tx, table: QUEUE, runId };
  await queuePersons(queue, selection);
  const queued = await countPersons(queue);
  requireKnownAccounts(request, queued);
  return { upTo, queued, whole, rebuild, emptyBrands: await findEmptyBrands(database, tx, personTables, [...allBrands, GROUP]) };
}
