import type { RunId } from '../../core/ids.ts';
import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Job, JobServices } from '../runs/job.ts';
import type { AuditWriter } from './audit.repository.ts';

/** Where records are written to and on whose behalf. */
export interface RecordTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly audit: AuditWriter;
  readonly runId: RunId;
  readonly changeNo: number;
  readonly now: Instant;
  /** Version of the rules that decided the records, for tables that have the column. */
  readonly rulesVersion?: string;
  /** Brands that had no records of any kind when the run began: only this run has written some since. */
  readonly emptyBrands?: ReadonlySet<string>;
  /** False: only count what would be written. */
  readonly write: boolean;
  /** True: what is stored is compared by its columns, as its checksums may not speak for them. */
  readonly recompute: boolean;
}

/** Where stored records are read, and how they are compared. */
export type RecordSource = Pick<RecordTarget, 'database' | 'tx' | 'recompute' | 'emptyBrands'>;

/** The records that the new ones take the place of: those of a brand (if the table has one) with these scope keys, or all. */
export interface RecordScope {
  readonly brand?: string;
  /** Values of the table's first key column. */
  readonly keys: readonly string[] | 'all';
}

/** The target of a run in one of its transactions. */
export function targetOf(
  { database, clock }: Pick<JobServices, 'database' | 'clock'>,
  { runId, changeNo }: Pick<Job, 'runId' | 'changeNo'>,
  tx: Transaction,
  options: Pick<RecordTarget, 'audit' | 'write' | 'recompute' | 'rulesVersion' | 'emptyBrands'>,
): RecordTarget {
  return { database, tx, runId, changeNo, now: clock.now(), ...options };
}
