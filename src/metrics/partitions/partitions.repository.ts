import { encodeRow } from '../../core/text/row-text.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { rowsByKeys } from '../../engine/records/stored-records.repository.ts';
import { metricCustomers } from '../records/revenue-tables.ts';
import { partitionKinds, WHOLE, type Partition, type PartitionKind } from './partitions.ts';

const TABLE = 'metric_partitions';
const COLUMNS = ['kind', 'brand', 'period'] as const;

interface Connection {
  readonly database: Database;
  readonly tx: Transaction;
}

/** Notes partitions in the transaction that changed what they sum up; those that are noted already stay so. */
export async function notePartitions({ database, tx }: Connection, partitions: readonly Partition[]): Promise<void> {
  if (partitions.length === 0) return;
  await database.dialect.bulkInsertMissing(tx, { table: TABLE, columns: [...COLUMNS], rows: partitions.map(({ kind, brand, period }) => encodeRow([kind, brand, period])) });
}

/** The partitions that are noted, by kind, brand and month. */
export async function notedPartitions({ database, tx }: Connection): Promise<Partition[]> {
  const rows = await database.dialect.selectRows(tx, `select ${COLUMNS.join(', ')} from ${TABLE} order by kind, brand, period`, []);
  return rows.flatMap(([kind, brand, period]) => {
    const known = partitionKinds.find((name) => name === kind);
    return known === undefined ? [] : [{ kind: known, brand: String(brand), period: String(period) }];
  });
}

/**
 * Takes partitions off the list, before their sums are read: whoever changes them from then on notes them again, and waits
 * for this transaction.
 */
export async function takePartitions({ tx }: Pick<Connection, 'tx'>, kind: PartitionKind, brand: string, periods: readonly string[]): Promise<void> {
  await tx(TABLE).where({ kind, brand }).whereIn('period', periods).delete();
}

/** Notes that the predictions of everybody of a brand are to be made anew, wherever an earlier run had come to. */
export async function noteAllPredictions(connection: Connection, brand: string): Promise<void> {
  await connection.tx(TABLE).where({ kind: 'predictions', brand }).delete();
  await notePartitions(connection, [{ kind: 'predictions', brand, period: WHOLE }]);
}

/** The cohorts of buyers in which persons stand by what is stored of them. */
export async function storedCohorts(connection: Connection, personIds: readonly string[]): Promise<Partition[]> {
  if (personIds.length === 0) return [];
  const rows = await rowsByKeys(connection, metricCustomers.name, 'person_id', { keys: personIds }, ['brand', 'acquired_on']);
  return rows.flatMap(([brand, date]) => (date === null ? [] : [{ kind: 'cohorts' as const, brand: String(brand), period: String(date).slice(0, 7) }]));
}
