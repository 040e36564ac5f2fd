import { encodeRow } from '../../core/text/row-text.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';

/** A row to lock for each person on whom two commands may decide at the same time; it stays. */
export const personLocks: TableSpec = { name: 'person_locks', columns: { person_id: 'key!' }, primaryKey: ['person_id'] };

const KEYS_PER_QUERY = 500;

/** Makes the rows of persons of whom some may have none yet, and locks them until the transaction ends. */
export async function holdPersons(database: Database, tx: Transaction, personIds: readonly string[]): Promise<void> {
  await database.dialect.bulkInsertMissing(tx, { table: personLocks.name, columns: ['person_id'], rows: [...personIds].sort().map((id) => encodeRow([id])) });
  await lockPersons(database, tx, personIds);
}

/**
 * Locks the rows of persons until the transaction ends: holds off another command that may write the same records. SQLite
 * has one writer anyway; its transactions begin as writers.
 */
export async function lockPersons(database: Database, tx: Transaction, personIds: readonly string[]): Promise<void> {
  if (!database.dialect.concurrentWriters) return;
  const sorted = [...personIds].sort();
  for (let start = 0; start < sorted.length; start += KEYS_PER_QUERY) {
    const some = sorted.slice(start, start + KEYS_PER_QUERY);
    await database.dialect.selectRows(
      tx,
      `select person_id from ${personLocks.name} where person_id in (${some.map(() => '?').join(',')}) order by person_id for update`,
      some,
    );
  }
}
