import { dateOf, type Instant } from '../core/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { RecordTable } from '../engine/records/record-table.ts';
import { rowsByKeys } from '../engine/records/stored-records.repository.ts';
import { valuesReader } from '../engine/records/stored-rows.ts';
import { changedPartitions } from './partitions/changed-partitions.ts';
import { changedRecords } from './partitions/changed-records.ts';
import { notePartitions } from './partitions/partitions.repository.ts';
import { mrrMovements, subscriptionMrr } from './records/mrr-tables.ts';
import { metricCustomers, revenueFacts } from './records/revenue-tables.ts';

const NOBODY = { movements: [], facts: [], customers: [] };

/**
 * Takes all metrics of a person away and notes the sums that they were in; build-metrics decides the person's accounts
 * anew, each as a customer of its own.
 *
 * @returns how many rows went, by table
 */
export async function eraseMetricsOf(connection: { readonly database: Database; readonly tx: Transaction }, personId: string, now: Instant): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const take = async (table: RecordTable): Promise<ReturnType<typeof changedRecords>> => {
    const rows = await rowsByKeys(connection, table.name, 'person_id', { keys: [personId] }, Object.keys(table.columns));
    counts.set(table.name, await connection.tx(table.name).where({ person_id: personId }).delete());
    return changedRecords(table, { before: rows.map(valuesReader(table)), after: [] });
  };
  const gone = {
    segments: await take(subscriptionMrr),
    movements: await take(mrrMovements),
    facts: await take(revenueFacts),
    customers: await take(metricCustomers),
  };
  await notePartitions(connection, changedPartitions(gone, NOBODY, dateOf(now)).list);
  return counts;
}
