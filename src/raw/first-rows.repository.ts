import { encodeRow } from '../core/row-text.ts';
import type { Database, Transaction } from '../db/database.ts';
import { CHUNK_ROWS } from './batch-reader.ts';
import type { Entity } from './contract.ts';
import { EVERYBODY } from './owner.ts';
import type { BatchRows } from './plan-rows.ts';
import type { RawTarget } from './raw-target.ts';
import { applyRows, noteOwners } from './raw.repository.ts';
import type { RawRow } from './row-parser.ts';
import { rowColumns, rowText } from './row-state.ts';
import { SeenKeys } from './seen-keys.ts';

/**
 * Stores the rows of a batch, as they are read, in a table that holds none of the brand. Only those whose key may have
 * come before wait, until they can be compared with what is stored by then. Adds to the counts.
 * @param next the next rows; undefined after the last
 */
export async function loadFirstRows(target: RawTarget, next: () => Promise<readonly RawRow[] | undefined>, { batch, counts }: Omit<BatchRows, 'rows'>): Promise<void> {
  const { database, tx, entity, brand, changeNo } = target;
  const seen = new SeenKeys();
  const columns = rowColumns(entity);
  const reading = { ended: false };
  while (!reading.ended) {
    const waiting: RawRow[] = [];
    async function* blocks(): AsyncGenerator<string[]> {
      for (let rows = await next(); rows !== undefined; rows = await next()) {
        const texts: string[] = [];
        for (const row of rows) {
          if (seen.addNew(row.sourceId)) {
            counts[row.deleted ? 'deleted' : 'inserted']++;
            texts.push(rowText(entity, brand, row, changeNo));
          } else {
            // A copy, as a row holds on to the whole text that it was cut out of.
            waiting.push(structuredClone(row));
          }
        }
        yield texts;
        if (waiting.length >= CHUNK_ROWS) return;
      }
      reading.ended = true;
    }
    await database.dialect.bulkLoad(tx, { table: entity.table, columns, blocks: blocks(), replaced: 0 });
    await applyRows(target, [{ batch, rows: waiting, counts }]);
  }
  await noteOwners(target, [encodeRow([EVERYBODY, ''])]);
}

/** True if the table holds no row of the brand. */
export async function isEmpty(database: Database, tx: Transaction, entity: Entity, brand: string): Promise<boolean> {
  return (await database.dialect.selectRows(tx, `select 1 from ${entity.table} where brand = ? limit 1`, [brand])).length === 0;
}
