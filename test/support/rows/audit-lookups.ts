import type { Knex } from 'knex';

import type { RunId } from '../../../src/core/ids.ts';
import type { Database, Transaction } from '../../../src/db/database.ts';
import { AuditWriter } from '../../../src/engine/records/audit.repository.ts';
import { testClock } from '../suite/clock.ts';

interface Statement {
  readonly sql: string;
  readonly bindings: readonly Knex.Value[];
}

const ENTITIES = ['raw.invoice', 'raw.refund', 'enriched.invoice', 'enriched.refund', 'order.order', 'destinations.audience_member'];
const RECORDS = 400;
/** A look-up comes to a handful of rows for each group; a scan of the log to many more. */
const FEW_ROWS = 100;

/** Fills the audit log with entries of many records, in each group those of the same ids; returns these. */
export async function fillAuditLog(database: Database, brands: readonly string[], runId: string): Promise<string[]> {
  const ids = Array.from({ length: RECORDS }, (_, number) => `record-${String(number).padStart(4, '0')}`);
  const writer = new AuditWriter(runId as RunId, testClock('2020-01-01 05:00:00'));
  await database.write(async (tx) => {
    for (const entity of ENTITIES) {
      for (const brand of brands) await writer.write(database, tx, ids.map((entityId) => ({ brand, entity, entityId, action: 'update', delta: { a: ['1', '2'] } })));
    }
  });
  if (database.dialect.name === 'mysql') await database.knex.raw('analyze table audit_log');
  return ids;
}

/** The statements on the audit log that the work makes and that read more of it than what they look for; none is right. */
export async function wideReads(database: Database, work: () => Promise<unknown>): Promise<string[]> {
  const statements: Statement[] = [];
  const note = ({ sql, bindings }: Statement): void => {
    if (/^(select|update|delete)\b.*\baudit_log\b/.test(sql)) statements.push({ sql, bindings });
  };
  database.knex.on('query', note);
  try {
    await work();
  } finally {
    database.knex.removeListener('query', note);
  }
  if (statements.length === 0) throw new Error('The work does not read the audit log.');
  const isWide = database.dialect.name === 'sqlite' ? scans : readsManyRows;
  const again = async (tx: Transaction): Promise<string[]> => {
    const wide: string[] = [];
    for (const statement of statements) if (await isWide(tx, statement)) wide.push(statement.sql);
    return wide;
  };
  return database.rehearse(again);
}

/** What a plan may search by: a record (and a run), the next entity, the next brand of one, or a single entry. */
const NARROW = /^(entity=\? AND brand=\? AND entity_id=\?( AND run_id=\?)?|entity>\?|entity=\? AND brand>\?|run_id=\? AND seq=\?)$/;

/** True if the plan does not find what is looked for by an index. */
async function scans(tx: Transaction, { sql, bindings }: Statement): Promise<boolean> {
  const plan = await tx.raw<{ detail: string }[]>(`explain query plan ${sql}`, [...bindings]);
  const searched = plan.flatMap(({ detail }) => /^(?:SEARCH|SCAN) audit_log\b[^(]*\(?([^)]*)/.exec(detail)?.[1] ?? []);
  return searched.length === 0 || !searched.every((keys) => NARROW.test(keys));
}

/** Runs the statement again and counts what the server reads for it: its plans depend on how full a table is. */
async function readsManyRows(tx: Transaction, { sql, bindings }: Statement): Promise<boolean> {
  const before = await rowsRead(tx);
  await tx.raw(sql, [...bindings]);
  return (await rowsRead(tx)) - before > FEW_ROWS;
}

/** How many rows the session has read so far. */
async function rowsRead(tx: Transaction): Promise<number> {
  const [rows] = (await tx.raw("show session status like 'Handler_read_%'")) as unknown as [{ Value: string }[]];
  return rows.reduce((sum, { Value: value }) => sum + Number(value), 0);
}
