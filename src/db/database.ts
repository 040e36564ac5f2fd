import type { Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import { retry } from '../core/retry.ts';
import { describeLocation, parseDatabaseUrl } from './database-url.ts';
import type { Dialect } from './dialect.ts';
import { openMysql } from './mysql.ts';
import { openSqlite } from './sqlite.ts';

export type Transaction = Knex.Transaction;

/** An open database: knex for everything that both dialects share, the dialect for the rest. */
export interface Database {
  readonly knex: Knex;
  readonly dialect: Dialect;
  /** Without user and password. */
  readonly location: string;
  /** Runs reads outside a transaction; errors are translated. */
  read<T>(work: (knex: Knex) => Promise<T>): Promise<T>;
  /**
   * Runs the work in one transaction. Deadlocks, lock waits and lost connections make the whole work run again,
   * with full jitter; so it must have no effect outside the transaction.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions<T>): Promise<T>;
  close(): Promise<void>;
}

export interface TransactionOptions<T> {
  /** Stops the retries. */
  readonly signal?: AbortSignal;
  /** Decides by the result whether all of the work is rolled back after all: a dry run, a refused batch. */
  readonly rollbackIf?: (result: T) => boolean;
}

const RETRIES = 5;

/** Opens the database of a URL; connects on first use. */
export function openDatabase(url: string): Database {
  const location = parseDatabaseUrl(url);
  const { knex, dialect } = location.kind === 'sqlite' ? openSqlite(location) : openMysql(location);
  const translated = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw dialect.translate(error);
    }
  };
  return {
    knex,
    dialect,
    location: describeLocation(location),
    read: (work) => translated(() => work(knex)),
    transaction: (work, options = {}) =>
      withRetries(() => translated(() => runTransaction(knex, work, options.rollbackIf)), options.signal),
    close: () => knex.destroy(),
  };
}

/** Runs the work in a transaction of a connection, or in a savepoint of a transaction. */
export async function runTransaction<T>(
  knex: Knex,
  work: (tx: Transaction) => Promise<T>,
  rollbackIf: (result: T) => boolean = () => false,
): Promise<T> {
  const tx = await knex.transaction();
  let result: T;
  try {
    result = await work(tx);
  } catch (error) {
    // The first error is the one to report; a rollback on a lost connection fails as well and adds nothing.
    await tx.rollback().catch(() => undefined);
    throw error;
  }
  if (rollbackIf(result)) await tx.rollback();
  else await commit(knex, tx);
  return result;
}

/**
 * Commits, and fails if the commit failed: a full disk or a lost connection may show only now. knex tells of it through
 * the execution promise alone and takes the transaction for ended; SQLite's is still open then and must be rolled back.
 */
async function commit(knex: Knex, tx: Transaction): Promise<void> {
  try {
    await tx.commit();
    await tx.executionPromise;
  } catch (error) {
    if (knex.isTransaction !== true) await knex.raw('rollback').catch(() => undefined);
    throw error;
  }
}

function withRetries<T>(attempt: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return retry(attempt, {
    retries: RETRIES,
    baseMs: 200,
    capMs: 5_000,
    shouldRetry: (error) => error instanceof HubError && error.code === 'database_unavailable',
    signal,
  });
}
