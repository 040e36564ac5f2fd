import type { BatchId } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { AuditWriter } from '../../engine/records/audit.repository.ts';
import type { ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { RawRow } from '../rows/row-parser.ts';

/** Where rows are written to and on whose behalf. */
export interface RawTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly entity: Entity;
  readonly brand: string;
  readonly changeNo: number;
  readonly audit: AuditWriter;
  /** Empty at the start of a batch. Keys of which a later chunk replaced a row of an earlier one: stored before the batch? */
  readonly repeats: Map<string, boolean>;
  /** Of the feed: kept from one chunk to the next. */
  readonly lookupHint?: LookupHint;
  /** What is made of the rows in the same transaction. */
  readonly facts?: RowFacts;
  /** True: a snapshot may lose more of its rows than is usual. */
  readonly allowShrink?: boolean;
  /** True: the rows are those of a snapshot, to which what is stored gives way, whatever an UpdatedDate says. */
  readonly isSnapshot?: boolean;
}

/** Facts that follow from raw rows, row by row (sources specification, "Facts"). */
export interface RowFacts {
  /**
   * Brings the facts of rows up to date. Repeating it changes nothing.
   * @param written rows that were stored anew or otherwise
   * @param gone values of the stored columns of rows that are no longer there
   */
  take(target: RawTarget, written: readonly RawRow[], gone: readonly StoredRow[]): Promise<void>;
}

/** Values of the stored columns of a row, in their order. */
export type StoredRow = readonly (string | null)[];

/** Rows of one batch, all of them or a chunk, and the counts of the batch, which the rows are added to. */
export interface BatchRows {
  readonly batch: BatchId;
  readonly rows: readonly RawRow[];
  readonly counts: ImportCounts;
}

/** What the rows of a feed usually are. */
export interface LookupHint {
  /** Most of them change a stored row: then all that is stored of it is looked up at once, not what decides first. */
  changesRows: boolean;
}

/** The name of an entity's rows in the audit log. */
export function auditName(entity: Entity): string {
  return `raw.${entity.name}`;
}
