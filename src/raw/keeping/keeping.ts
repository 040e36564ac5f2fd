import type { StatedPart } from '../../lake/port/lake.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { Keeping } from '../../sources/contract/keeping.ts';
import type { BatchRows, RawTarget } from '../store/raw-target.ts';
import { applyEvents } from './first/apply-events.repository.ts';
import { applyRows } from './newest/apply-rows.repository.ts';
import { sliceOf, sliceReader } from './restated/slices.ts';
import type { StatedBatch, Statement } from './restated/statement.ts';
import { openStatement } from './restated/statement.repository.ts';
import { Survey } from './restated/survey.ts';

/**
 * How rows are kept: the same slots for each keeping of the contract, so that an import need not know which it has.
 *
 * A further keeping brings its name and capabilities (sources/contract/keeping.ts), a folder with a decider of its own, and
 * its line in `KEEPINGS`.
 */
export type KeepingAdapter = RowKeeping | SliceKeeping;

/** Each row is decided about by its key alone. */
export interface RowKeeping {
  readonly of: 'rows';
  /**
   * Decides what becomes of rows, given the stored ones, and writes that: rows, audit entries, and whom they concern, all
   * in the transaction of the target. Adds to the counts. A large batch comes chunk after chunk.
   * @param batches oldest first
   */
  readonly apply: (target: RawTarget, batches: readonly BatchRows[]) => Promise<void>;
  /**
   * True: rows are decided about key by key, whatever their order, and so are sorted by their keys first: a table is read and
   * filled best in that order, and one that holds nothing of the feed is not looked into at all (newest/sorted-rows.ts).
   */
  readonly sorts: boolean;
}

/** A batch states slices whole. What it leaves out, and what it rejects, is known only at its end: it is read twice if it is large. */
export interface SliceKeeping {
  readonly of: 'slices';
  /** Slices are told from each other first. */
  readonly sorts: false;
  /** Takes all rows of a batch before it is opened. @param declared slices that it states even without rows */
  readonly survey: (entity: Entity, declared?: readonly StatedPart[]) => Survey;
  /** Takes away what the batch leaves out; then the statement takes its rows. */
  readonly open: (target: RawTarget, batch: StatedBatch) => Promise<Statement>;
}

/** As the contract names them. Updates and deletions are audited where there are versions; an event happens once. */
const KEEPINGS: Readonly<Record<Keeping['name'], KeepingAdapter>> = {
  newest: { of: 'rows', apply: applyRows, sorts: true },
  first: { of: 'rows', apply: applyEvents, sorts: false },
  restated: { of: 'slices', sorts: false, survey: (entity, declared = []) => new Survey(sliceReader(entity), declared.map(({ account, day }) => sliceOf(account, day))), open: openStatement },
};

/** The keeping of an entity's rows. */
export function keepingOf({ keeping }: Entity): KeepingAdapter {
  return KEEPINGS[keeping.name];
}
