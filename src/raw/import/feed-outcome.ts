import { HubError } from '../../core/errors.ts';
import { problem, type Problem } from '../../core/problem.ts';
import type { BatchId } from '../../core/time.ts';
import type { LakeBatch, LakeFeed } from '../../lake/port/lake.ts';
import { addCounts, zeroCounts, type ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { BatchOutcome } from './batch-write.ts';
import { driftProblems } from './problems/drift-problems.ts';
import { heldDeletionsProblem, heldProblem } from './problems/held-rows.ts';
import type { RejectGroup } from './problems/reject-problems.ts';

/** What the import of one feed did. */
export interface FeedOutcome {
  readonly brand: string;
  readonly entity: string;
  /** Of a platform's stream. */
  readonly account?: string;
  batches: number;
  refused: number;
  /** Slices that stayed as they were, as a row of them was rejected. */
  heldSlices: number;
  /** Snapshots of which nothing was deleted for the same reason. */
  heldSnapshots: number;
  bytesScanned: number;
  readonly counts: ImportCounts;
  /** Of batches that are stored. */
  readonly problems: Problem[];
  /** Of each stored batch the rows that were not. */
  readonly rejects: { readonly batch: BatchId; readonly group: RejectGroup }[];
  /** Why batches were refused. */
  readonly errors: HubError[];
}

/** Nothing imported yet. */
export function newOutcome({ brand, entity, origin }: LakeFeed): FeedOutcome {
  return { brand, entity, ...(origin === undefined ? {} : { account: origin.account }), batches: 0, refused: 0, heldSlices: 0, heldSnapshots: 0, bytesScanned: 0, counts: zeroCounts(), problems: [], rejects: [], errors: [] };
}

/** Adds what became of a batch. */
export function addOutcome(sum: FeedOutcome, { batch, states }: LakeBatch, outcome: BatchOutcome): void {
  if (outcome.status === 'skipped') return;
  sum.bytesScanned += outcome.result.bytes_scanned;
  const { brand, entity } = sum;
  const written = `${brand} ${entity} ${batch}`;
  if (outcome.status === 'refused') {
    sum.refused++;
    sum.errors.push(placed(outcome.error, { brand, entity, batch }, written));
    return;
  }
  sum.batches++;
  addCounts(sum.counts, outcome.result);
  sum.heldSlices += outcome.heldSlices;
  if (outcome.holdsDeletions) sum.heldSnapshots++;
  const place = { brand, stream: entity, batch };
  // A batch that states days or an account whole may say that there is nothing.
  if (outcome.result.read === 0 && states === undefined) {
    const next = 'Ask the exporter whether the day had no such records; a batch that is written again is read again.';
    sum.problems.push(problem('empty_batch', `${written}: the batch is empty`, { ...place, next }));
  }
  if (outcome.holdsDeletions) sum.problems.push(heldDeletionsProblem(place, written));
  if (outcome.heldSlices > 0) sum.problems.push(heldProblem(place, outcome.heldSlices, written));
  sum.problems.push(...driftProblems(outcome.drift, place, written));
  sum.rejects.push(...outcome.rejects.map((group) => ({ batch, group })));
}

function placed(error: HubError, place: Readonly<Record<'brand' | 'entity' | 'batch', string>>, written: string): HubError {
  return new HubError(error.kind, error.code, `${written}: ${error.message}`, {
    context: { ...place, ...error.context },
    cause: error.cause,
    ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
  });
}
