import { HubError } from '../core/errors.ts';
import { sha256Hex } from '../core/hash.ts';
import { type AthenaLocation, displayLocation } from './athena-location.ts';
import type { BatchRange, LakeBatch, LakeFeed } from './lake.ts';

/** A query text with `?` places, and the SQL literals that Athena puts there (`ExecutionParameters`). */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** The partitions of a feed in a range, ascending; read from the metadata table, which scans no data. */
export function partitionsStatement(feed: LakeFeed, range: BatchRange): Statement {
  const from = range.from === undefined ? [] : [range.from];
  const lowerBound = range.from === undefined ? '' : ' AND batch >= ?';
  return {
    sql: `SELECT batch FROM "${tableName(feed)}$partitions" WHERE brand = ?${lowerBound} AND batch < ? ORDER BY batch`,
    parameters: [feed.brand, ...from, range.until].map(literal),
  };
}

/** Every row of one partition. */
export function batchStatement({ feed, batch }: LakeBatch): Statement {
  return {
    sql: `SELECT * FROM "${tableName(feed)}" WHERE brand = ? AND batch = ?`,
    parameters: [feed.brand, batch].map(literal),
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
function tableName(feed: LakeFeed): string {
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
