import type { Problem } from '../core/problem.ts';
import type { Outbox } from '../engine/outbox.ts';
import { AuditWriter } from '../engine/records/audit.repository.ts';
import { runJob, type JobOutcome, type JobReport } from '../engine/runs/job.ts';
import { personJob } from '../engine/stage/person-report.ts';
import { runPersonStage, type PersonStage, type PersonStageRequest } from '../engine/stage/run-person-stage.ts';
import type { StageServices } from '../engine/stage/run-stage.ts';
import { NO_DATE } from '../engine/stage/stage-marks.repository.ts';
import type { AttributionSettings } from './attribution/attribute.ts';
import { readDecisionSetup } from './decision-setup.repository.ts';
import { readPersons } from './facts/facts.repository.ts';
import { accountsOf, type PersonFacts } from './facts/facts.ts';
import { keepIdKey, requireIdKeyOf } from './ids/id-key.repository.ts';
import type { OrdersPlan } from './orders-report.ts';
import { ordersVersion, queueOrders, type OrdersSetting } from './prepare.ts';
import type { OrdersCommand } from './queue.repository.ts';
import { Tally } from './tally.ts';
import { writeChunk, type ChunkResult } from './write-chunk.ts';

/** What assemble-orders or attribute-refunds was asked for. */
export interface OrdersRequest extends PersonStageRequest {
  readonly command: OrdersCommand;
  /** True: what is stored of everybody who is chosen is compared by its columns, not by its checksums. */
  readonly recompute: boolean;
}

export interface OrdersServices extends StageServices {
  readonly outbox: Outbox;
  /** The key of ids that leave the hub. */
  readonly idKey: string;
  readonly spill: AttributionSettings['spill'];
  /** Problems that were found before the run began, and logged. */
  readonly found?: readonly Problem[];
}

/** Takes what was decided of a chunk, for a report beyond the counts. */
export type ChunkListener = (result: ChunkResult) => void;

/** Makes the outcome of what was counted. */
export type OutcomeOf = (tally: Tally, plan: OrdersPlan) => JobOutcome;

/** Brings the orders stage up to the enriched records, person by person, as one recorded run. */
export async function runOrders(services: OrdersServices, request: OrdersRequest, outcomeOf: OutcomeOf, listener: ChunkListener): Promise<JobReport> {
  const spec = personJob(request.command, request, { mode: { recompute: request.recompute } });
  return runJob(services, spec, async (job, guarded) => {
    const run = { services: guarded, request, job, audit: new AuditWriter(job.runId, guarded.clock) };
    const outcome = await runPersonStage(run, ordersStage(guarded, request, outcomeOf, listener));
    return { ...outcome, furtherProblems: services.found ?? [] };
  });
}

/** What is decided depends on what is stored, so persons are decided where they are written. */
function ordersStage(services: OrdersServices, request: OrdersRequest, outcomeOf: OutcomeOf, listener: ChunkListener): PersonStage<readonly PersonFacts[], OrdersSetting, ChunkResult> {
  const { database, outbox, idKey, clock } = services;
  const { command, allBrands, dryRun, recompute } = request;
  const tally = new Tally();
  return {
    ...{ name: command, asOf: NO_DATE, recompute, tally, version: ordersVersion(services) },
    // A dry run of attribute-refunds is a reconciliation: it shows all refunds, not only those that a change concerns.
    reasons: { first: recompute ? 'recompute' : undefined, last: dryRun && command === 'attribute-refunds' ? 'reconciliation' : undefined },
    /** @throws HubError configuration if the database was filled with another key of ids */
    queue: async (queue, selection) => {
      await (dryRun ? requireIdKeyOf(queue.tx, idKey) : keepIdKey(queue.tx, idKey, clock.now()));
      return queueOrders(queue, request, selection);
    },
    open: async ({ strays }, inTransaction) => {
      const setup = await inTransaction((tx) => readDecisionSetup(database, tx, { ...services, brands: allBrands }));
      return (target, people) => writeChunk(target, outbox, command, setup, people, strays);
    },
    read: (tx, personIds) => readPersons(database, tx, personIds),
    accountsOf: (people) => people.flatMap(accountsOf),
    written: listener,
    summarise: ({ whole }) => outcomeOf(tally, { whole, recompute }),
  };
}
