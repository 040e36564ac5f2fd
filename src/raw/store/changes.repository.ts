import { encodeRow } from '../../core/text/row-text.ts';
import type { RawTarget } from './raw-target.ts';

/** Notes whose facts changed, under the change number of the run. @param owners `entity\tid` */
export async function noteOwners(target: Pick<RawTarget, 'database' | 'tx' | 'brand' | 'changeNo' | 'entity'>, owners: Iterable<string>): Promise<void> {
  const prefix = encodeRow([target.brand, String(target.changeNo), target.entity.name]);
  await target.database.dialect.bulkInsertMissing(target.tx, {
    table: 'raw_changes',
    columns: ['brand', 'change_no', 'source', 'entity', 'entity_id'],
    rows: [...owners].sort().map((owner) => `${prefix}\t${encodeRow(owner.split('\t'))}`),
  });
}
