import { HubError } from '../core/errors.ts';
import type { LakeBatch, LakeFeed } from '../lake/lake.ts';
import { addCounts, zeroCounts, type ImportCounts } from '../runs/import-batches.repository.ts';
import type { BatchOutcome } from './batch-write.ts';

/** What the import of one feed did. */
export interface FeedOutcome {
  readonly brand: string;
  readonly entity: string;
  batches: number;
  refused: number;
  bytesScanned: number;
  readonly counts: ImportCounts;
  readonly warnings: string[];
  readonly errors: HubError[];
}

/** Nothing imported yet. */
export function newOutcome({ brand, entity }: LakeFeed): FeedOutcome {
  return { brand, entity, batches: 0, refused: 0, bytesScanned: 0, counts: zeroCounts(), warnings: [], errors: [] };
}

/** Adds what became of a batch. */
export function addOutcome(sum: FeedOutcome, batch: LakeBatch, outcome: BatchOutcome): void {
  if (outcome.status === 'skipped') return;
  sum.bytesScanned += outcome.result.bytes_scanned;
  const place = `${sum.brand} ${sum.entity} ${batch.batch}`;
  if (outcome.status === 'refused') {
    sum.refused++;
    sum.errors.push(placed(outcome.error, place));
    return;
  }
  sum.batches++;
  addCounts(sum.counts, outcome.result);
  if (outcome.result.read === 0) sum.warnings.push(`${place}: the batch is empty`);
  for (const warning of driftWarnings(outcome.drift)) sum.warnings.push(`${place}: ${warning}`);
}

function placed(error: HubError, place: string): HubError {
  return new HubError(error.kind, error.code, `${place}: ${error.message}`, {
    context: error.context,
    cause: error.cause,
    ...(error.nextStep === undefined ? {} : { nextStep: error.nextStep }),
  });
}

function driftWarnings(drift: Extract<BatchOutcome, { status: 'finished' }>['drift']): string[] {
  const warnings: string[] = [];
  if (drift.unknown_columns) warnings.push(`unknown columns kept in extra: ${drift.unknown_columns.join(', ')}`);
  if (drift.hidden_columns) warnings.push(`${drift.hidden_columns} unknown columns kept in extra, not shown, as their names do not look like headers`);
  if (drift.absent_columns) warnings.push(`optional columns missing: ${drift.absent_columns.join(', ')}`);
  for (const [column, values] of Object.entries(drift.unknown_values ?? {})) {
    warnings.push(`unknown values of ${column}: ${Object.entries(values).map(([value, rows]) => `${value} (${rows})`).join(', ')}`);
  }
  for (const [column, rows] of Object.entries(drift.unusual_ids ?? {})) {
    warnings.push(`${rows} ids in ${column} are not 32 hex digits`);
  }
  for (const [column, rows] of Object.entries(drift.null_words ?? {})) {
    warnings.push(`${rows} ids in ${column} are words such as null: they count as empty`);
  }
  if (drift.ahead_of_batch !== undefined) {
    warnings.push(`${drift.ahead_of_batch} rows have an UpdatedDate more than a day after their batch: it counts as the batch's instant`);
  }
  for (const [reason, rows] of Object.entries(drift.unjoined ?? {})) warnings.push(`${rows} events match nobody: ${UNJOINED[reason] ?? reason}`);
  return warnings;
}

const UNJOINED: Readonly<Record<string, string>> = {
  no_recipient: 'they name neither an address nor a contact',
  unreadable_address: 'what stands in the place of their address is none',
};
