import type { Shard } from '../../core/shard.ts';
import { AuditWriter } from '../../engine/records/audit.repository.ts';
import { addCounts, zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import { runJob, type JobOutcome, type JobReport } from '../../engine/runs/job.ts';
import { formatRejectLimit, type RejectLimit } from '../../raw/quarantine/reject-limit.ts';
import { addPersonCounts, noPersonCounts, type PersonSetup } from './decide-persons.ts';
import { importBrand, type BrandOutcome, type ImportSetting, type IntakeServices } from './import-brand.ts';
import type { IntakeKind } from './intake-kind.ts';
import type { IntakeSelection } from './intake-plan.ts';

/** What is imported. */
export interface IntakeRequest extends IntakeSelection {
  readonly brands: readonly string[];
  readonly shard: Shard;
  readonly rejectLimit: RejectLimit;
  readonly dryRun: boolean;
}

/**
 * Imports what the server took, brand by brand, as one recorded run: a transaction a batch, with contacts, outcomes and
 * relays; with leads then the contacts of who has unsubscribed since.
 */
export async function importIntake(services: IntakeServices, request: IntakeRequest, kinds: readonly IntakeKind[], persons: PersonSetup): Promise<JobReport> {
  const { brands, dryRun, shard, range, rejectLimit } = request;
  const params = { brands, kinds: kinds.map(({ entity }) => entity), from: range?.from ?? null, to: range?.until ?? null, shard: shard.label, max_rejects: formatRejectLimit(rejectLimit) };
  return runJob(services, { command: 'import-intake', brands, shard: shard.label, dryRun, params }, async (job, guarded): Promise<JobOutcome> => {
    const setting: ImportSetting = { services: guarded, job, kinds, persons, audit: new AuditWriter(job.runId, services.clock), selection: request, rejectLimit, dryRun };
    const outcomes: BrandOutcome[] = [];
    try {
      for (const brand of brands) outcomes.push(...(await importBrand(setting, brand)));
    } finally {
      guarded.progress.stop();
    }
    return summarise(outcomes);
  });
}

function summarise(outcomes: readonly BrandOutcome[]): JobOutcome {
  const totals = { batches: 0, refused: 0, damaged: 0, dead: 0, ...zeroCounts(), ...noPersonCounts() };
  for (const { batches, refused, damaged, dead, counts, fold } of outcomes) {
    totals.batches += batches;
    totals.refused += refused;
    totals.damaged += damaged;
    totals.dead += dead;
    addCounts(totals, counts);
    addPersonCounts(totals, fold);
  }
  return {
    status: totals.refused + totals.damaged + totals.dead > 0 ? 'refused' : 'succeeded',
    totals,
    items: outcomes.map(({ brand, entity, batches, refused, damaged, dead, counts, fold }) => ({ brand, entity, batches, refused, damaged, dead, ...counts, ...fold })),
    problems: outcomes.flatMap(({ problems }) => problems),
  };
}
