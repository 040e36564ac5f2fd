import { stageVersion } from '../core/stage-version.ts';
import type { LocalDate } from '../core/time.ts';
import { stageOf } from '../engine/declare/stages.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { findEmptyBrands } from '../engine/records/stored-records.repository.ts';
import { runJob, type JobReport } from '../engine/runs/job.ts';
import { queueSelected } from '../engine/stage/person-queue.repository.ts';
import { personJob } from '../engine/stage/person-report.ts';
import { isRestricted } from '../engine/stage/person-selection.ts';
import { runPersonStage, type PersonSetting, type PersonStage, type PersonStageRequest } from '../engine/stage/run-person-stage.ts';
import type { StageServices } from '../engine/stage/run-stage.ts';
import { accountsOf, readMetricFacts, type MetricFacts } from './facts/metric-facts.repository.ts';
import { outcomeOf, withSums } from './outcome.ts';
import type { MrrSetup } from './person-mrr.ts';
import type { MarketingSetup } from './marketing/marketing-setup.ts';
import { GROUP } from './records/group.ts';
import type { RevenueSetup } from './revenue/revenue-setup.ts';
import { queueBuyers } from './facts/buyers.repository.ts';
import { runSums } from './sums/run-sums.ts';
import { Tally } from './tally.ts';
import { writeChunk } from './write-chunk.ts';

const STAGE = 'build-metrics';
/** The tables that are decided person by person. */
const personTables = Object.keys(stageOf(STAGE).records).map((name) => ({ name }));

/** What build-metrics was asked for. */
export interface MetricsRequest extends PersonStageRequest {
  /** The last day of states; ages and windows are complete by it. */
  readonly asOf: LocalDate;
  /** Everybody and all sums are made anew, and what is stored is compared by its columns. */
  readonly rebuild: boolean;
}

export interface MetricsServices extends StageServices, MrrSetup, RevenueSetup, MarketingSetup {
  /** How far predictions look ahead (`metrics.horizon_months`). */
  readonly horizonMonths: number;
}

/** Brings the metrics up to enriched records and orders: person by person, then the sums that changed, as one recorded run. */
export async function runMetrics(services: MetricsServices, request: MetricsRequest): Promise<JobReport> {
  const { allBrands, asOf, dryRun, rebuild } = request;
  const spec = personJob(STAGE, request, { asOf, mode: { rebuild } });
  return runJob(services, spec, async (job, guarded) => {
    const audit = new AuditWriter(job.runId, guarded.clock);
    const outcome = await runPersonStage({ services: guarded, request, job, audit }, metricsStage(guarded, request));
    if (dryRun) return outcome;
    return withSums(outcome, await runSums(guarded, job, audit, { asOf, brands: allBrands, rebuild: rebuild && !isRestricted(request), marketing: guarded, horizonMonths: guarded.horizonMonths }));
  });
}

function metricsStage({ database, version, ...services }: MetricsServices, request: MetricsRequest): PersonStage<MetricFacts, PersonSetting, { readonly tally: Tally }> {
  const { allBrands, asOf, rebuild } = request;
  const tally = new Tally();
  const { pricesIncludeTax, channelOf, feeRules, revenueVersion } = services;
  const setup = { pricesIncludeTax, channelOf, feeRules, revenueVersion };
  return {
    ...{ name: STAGE, asOf, recompute: rebuild, tally },
    version: metricsVersion(version, allBrands, setup),
    reasons: { first: rebuild ? 'rebuild' : undefined },
    queue: async (queue, selection) => {
      await queueSelected(queue, stageOf(STAGE), selection);
      await queueBuyers(queue, selection);
      return { emptyBrands: await findEmptyBrands(database, queue.tx, personTables, [...allBrands, GROUP]) };
    },
    open: () => Promise.resolve(async (target, facts) => ({ tally: await writeChunk(target, { ...setup, brands: allBrands, asOf }, facts) })),
    read: (tx, personIds) => readMetricFacts(database, tx, personIds),
    accountsOf: ({ people }) => accountsOf(people),
    summarise: ({ whole }) => outcomeOf(tally, { whole, rebuild }),
  };
}

/** The version of the stage: the program and what the configuration decides. Another one takes everybody up. */
function metricsVersion(version: string, brands: readonly string[], { pricesIncludeTax, revenueVersion }: MrrSetup & RevenueSetup): string {
  return stageVersion(version, revenueVersion, ...brands.map((brand) => `${brand}: ${pricesIncludeTax(brand) ? 'with' : 'without'} tax`));
}
