import { encodeRow } from '../core/text/row-text.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { TableSpec } from '../db/schema.ts';

/**
 * Of which months facts changed that no person has: what build-metrics computes anew. A row stays until that has taken it, so it
 * does not matter which of an import and a build began first.
 */
export const factChanges: TableSpec = {
  name: 'fact_changes',
  columns: { brand: 'key!', fact: 'key!', period: 'key!' },
  primaryKey: ['brand', 'fact', 'period'],
};

/** A month (`2026-03`) of which facts changed; empty: it cannot be told of which. */
export interface FactChange {
  readonly brand: string;
  readonly fact: string;
  readonly period: string;
}

interface Source {
  readonly database: Database;
  readonly tx: Transaction;
}

/** Notes changes, in the transaction of the facts. Repeating it changes nothing. */
export async function noteFactChanges({ database, tx }: Source, changes: readonly FactChange[]): Promise<void> {
  const rows = [...new Set(changes.map(({ brand, fact, period }) => encodeRow([brand, fact, period])))].sort();
  await database.dialect.bulkInsertMissing(tx, { table: factChanges.name, columns: Object.keys(factChanges.columns), rows });
}

/** Takes the changes of some facts off: who calls it deals with them in the same transaction. */
export async function takeFactChanges(tx: Transaction, facts: readonly string[]): Promise<FactChange[]> {
  const changes = await tx<FactChange>(factChanges.name).whereIn('fact', [...facts]).orderBy(['brand', 'fact', 'period']).select('brand', 'fact', 'period');
  for (const { brand, fact, period } of changes) await tx<FactChange>(factChanges.name).where({ brand, fact, period }).delete();
  return changes;
}
