import { HubError } from '../../../core/errors.ts';
import type { BatchId } from '../../../core/time.ts';
import type { ImportCounts } from '../../../engine/runs/import-batches.repository.ts';
import type { RawRow } from '../../rows/row-parser.ts';
import { auditName, type BatchRows, type RawTarget } from '../../store/raw-target.ts';
import { COUNTED_AS, type RowCounter, type StoredVersion } from './plan-rows.ts';

/**
 * Counts what becomes of rows. One that replaces a row which this very batch wrote before takes over what that one was
 * counted as, and that one becomes stale: so the counts do not depend on how the batch was cut into chunks.
 */
export class RowCounts {
  readonly #target: RawTarget;
  readonly #counts: ReadonlyMap<BatchId, ImportCounts>;
  readonly #repeated: { readonly row: RawRow; readonly wasDeleted: boolean }[] = [];

  constructor(target: RawTarget, batches: readonly BatchRows[]) {
    this.#target = target;
    this.#counts = new Map(batches.map(({ batch, counts }) => [batch, counts]));
  }

  readonly count: RowCounter = (row, decision, before) => {
    if (before !== undefined && isOwn(this.#target, row, before) && decision !== 'unchanged' && decision !== 'stale') this.#repeated.push({ row, wasDeleted: before.deleted });
    else this.#of(row)[COUNTED_AS[decision]]++;
  };

  /** Counts the rows for which it must be known whether their key was stored before their batch. */
  async apply(): Promise<void> {
    const { repeats, audit, tx, entity, brand } = this.#target;
    const unknown = this.#repeated.map(({ row }) => row.sourceId).filter((id) => !repeats.has(id));
    const changed = await audit.recordsOf(tx, auditName(entity), brand, unknown);
    for (const id of unknown) repeats.set(id, changed.has(id));
    for (const { row, wasDeleted } of this.#repeated) {
      const counts = this.#of(row);
      const lives = repeats.get(row.sourceId) === true ? 'updated' : 'inserted';
      counts[wasDeleted ? 'deleted' : lives]--;
      counts.stale++;
      counts[row.deleted ? 'deleted' : lives]++;
    }
  }

  #of({ batch }: RawRow): ImportCounts {
    const counts = this.#counts.get(batch);
    if (counts === undefined) throw new HubError('unexpected', 'batch_unknown', `A row of batch ${batch} came with the rows of others.`);
    return counts;
  }
}

/** True if the row replaces one that an earlier chunk of its batch wrote. */
export function isOwn({ changeNo }: RawTarget, row: RawRow, before: RawRow | StoredVersion): boolean {
  return before.batch === row.batch && 'changeNo' in before && before.changeNo === changeNo;
}
