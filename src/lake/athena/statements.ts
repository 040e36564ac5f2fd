import { HubError } from '../../core/errors.ts';
import { sha256Hex } from '../../core/hash.ts';
import { type AthenaLocation, displayLocation } from './location.ts';
import type { LakeBatch, LakeFeed } from '../port/lake.ts';

/** A query text with `?` places, and the SQL literals that Athena puts there (`ExecutionParameters`). */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** The partitions of a brand, all of them: their values need not sort as instants. Read from the metadata table, which scans no data. */
export function partitionsStatement(feed: LakeFeed): Statement {
  return {
    sql: `SELECT batch FROM "${tableName(feed)}$partitions" WHERE brand = ? ORDER BY batch`,
    parameters: [literal(feed.brand)],
  };
}

/** The brands that a table has partitions of. */
export function brandsStatement(table: Omit<LakeFeed, 'brand'>): Statement {
  return { sql: `SELECT DISTINCT brand FROM "${tableName(table)}$partitions" ORDER BY brand`, parameters: [] };
}

/** Every row of the partitions of a batch. */
export function batchStatement({ feed, batch, partitions = [batch] }: LakeBatch): Statement {
  const isBatch = partitions.length === 1 ? 'batch = ?' : `batch IN (${partitions.map(() => '?').join(', ')})`;
  return {
    sql: `SELECT * FROM "${tableName(feed)}" WHERE brand = ? AND ${isBatch}`,
    parameters: [feed.brand, ...partitions].map(literal),
  };
}

/** The names of the tables of the database. */
export function tableNamesStatement(database: string): Statement {
  return {
    sql: 'SELECT table_name FROM information_schema.tables WHERE table_schema = ? ORDER BY table_name',
    parameters: [literal(database)],
  };
}

/** How many tables the database has: proves credentials, workgroup, result location and database at once. */
export function tablesStatement(database: string): Statement {
  return {
    sql: 'SELECT count(*) FROM information_schema.tables WHERE table_schema = ?',
    parameters: [literal(database)],
  };
}

/**
 * The `ClientRequestToken` (64 hex digits) of one try of a statement. Athena runs a token once: a request that is
 * sent again after a lost answer, or by a run that replaces a killed one, finds the same query.
 */
export function requestToken(location: AthenaLocation, statement: Statement, attempt: number): string {
  const { workgroup, output = '' } = location;
  return sha256Hex(
    JSON.stringify([displayLocation(location), workgroup, output, statement.sql, statement.parameters, attempt]),
  );
}

/** The Athena table of a feed: `billing_invoice`, `email_open` (billing.md, lake layout). */
export function tableName(feed: Omit<LakeFeed, 'brand'>): string {
  if (!/^[a-z][a-z0-9_]*$/.test(feed.entity)) {
    throw new HubError('usage', 'lake_entity', `"${feed.entity}" cannot be the name of a lake entity.`, {
      nextStep: 'Use lower-case letters, digits and _.',
    });
  }
  return `${feed.source}_${feed.entity}`;
}

// Athena reads each execution parameter as an SQL literal, so a string needs its quotes.
function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
