import { encodeRow } from '../../core/text/row-text.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { RawTarget } from './raw-target.ts';

/** Whose rows of platforms' streams changed, by the change number of the run: what their facts are derived from. */
export const sourceChanges: TableSpec = {
  name: 'source_changes',
  columns: { brand: 'key!', change_no: 'integer!', source: 'key!', entity: 'key!', entity_id: 'key!' },
  primaryKey: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
};

/** Notes whose facts changed, under the change number of the run. @param owners `entity\tid` */
export async function noteOwners(target: Pick<RawTarget, 'database' | 'tx' | 'brand' | 'changeNo' | 'entity'>, owners: Iterable<string>): Promise<void> {
  const prefix = encodeRow([target.brand, String(target.changeNo), target.entity.name]);
  await target.database.dialect.bulkInsertMissing(target.tx, {
    // What the stages of billing take up is theirs: a first load of a platform concerns none of them.
    table: target.entity.record === undefined ? 'raw_changes' : sourceChanges.name,
    columns: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
    rows: [...owners].sort().map((owner) => `${prefix}\t${encodeRow(owner.split('\t'))}`),
  });
}
