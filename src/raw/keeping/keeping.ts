import type { Entity } from '../../sources/contract/contract.ts';
import type { Keeping } from '../../sources/contract/keeping.ts';
import type { BatchRows, RawTarget } from '../store/raw-target.ts';
import { applyEvents } from './first/apply-events.repository.ts';
import { applyRows } from './newest/apply-rows.repository.ts';

/**
 * How rows are kept: the same slots for each keeping of the contract, so that an import need not know which it has.
 *
 * A further keeping brings its name and capabilities (sources/contract/keeping.ts), a folder with a decider of its own, and
 * its line in `KEEPINGS`. One in which a batch states days whole must know what a batch leaves out: that is known only after
 * its last chunk, and of a day with a rejected row never. It brings a slot for it, which storeBatches and storeLargeBatch
 * (import/import-batch.ts) call with the rejects of the batch before they end it.
 */
export interface KeepingAdapter {
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

/** As the contract names them. Updates and deletions are audited where there are versions; an event happens once. */
const KEEPINGS: Readonly<Record<Keeping['name'], KeepingAdapter>> = {
  newest: { apply: applyRows, sorts: true },
  first: { apply: applyEvents, sorts: false },
};

/** The keeping of an entity's rows. */
export function keepingOf({ keeping }: Entity): KeepingAdapter {
  return KEEPINGS[keeping.name];
}
