import type { Knex } from 'knex';

import { HubError } from '../core/errors.ts';
import { retry } from '../core/async/retry.ts';
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
   * Runs reads that all see the same moment, whatever others write meanwhile, and keeps nobody from writing. What they
   * write after all is rolled back. Retried like a transaction.
   */
  snapshot<T>(work: (tx: Transaction) => Promise<T>, options?: Pick<TransactionOptions<T>, 'signal'>): Promise<T>;
  /**
   * Runs the work in one transaction that may write from its start: on SQLite it waits for the writer before it.
   * Deadlocks, lock waits, a busy database and lost connections make the whole work run again, with full jitter; so it
   * must have no effect outside the transaction.
   */
  write<T>(work: (tx: Transaction) => Promise<T>, options?: TransactionOptions<T>): Promise<T>;
  /** Does the same as `write` and rolls it back: a dry run, which gives what the work gives and leaves no trace. */
  rehearse<T>(work: (tx: Transaction) => Promise<T>, options?: Pick<TransactionOptions<T>, 'signal'>): Promise<T>;
  close(): Promise<void>;
}

export interface TransactionOptions<T> {
  /** Stops the retries. */
  readonly signal?: AbortSignal;
  /** Decides by the result whether all of the work is rolled back after all: a refused batch. */
  readonly rollbackIf?: (result: T) => boolean;
  /**
   * Tells whether the last try was committed after all: asked if the answer to its commit was lost, so that work that
   * is stored is not done again. It waits for a commit that is under way.
   */
  readonly isCommitted?: (knex: Knex) => Promise<boolean>;
}

const RETRIES = 5;
/** What another try of the whole transaction can mend: the database was away or gave up on it, or somebody else wrote. */
const WORTH_RETRYING = new Set(['database_unavailable', 'database_busy']);

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
  const write: Database['write'] = (work, { signal, ...options } = {}) => {
    const attempt = attemptsAt(knex, dialect, work, options);
    return withRetries(() => translated(attempt), signal);
  };
  return {
    knex,
    dialect,
    location: describeLocation(location),
    read: (work) => translated(() => work(knex)),
    snapshot: (work, { signal } = {}) =>
      withRetries(() => translated(() => runIn(knex, () => knex.transaction(dialect.snapshot), work, () => true)), signal),
    write,
    rehearse: (work, options = {}) => write(work, { ...options, rollbackIf: () => true }),
    close: () => knex.destroy(),
  };
}

/** One try after the other at the same work; one that turns out to be committed is not made again. */
function attemptsAt<T>(
  knex: Knex,
  dialect: Dialect,
  work: (tx: Transaction) => Promise<T>,
  { rollbackIf, isCommitted }: Omit<TransactionOptions<T>, 'signal'>,
): () => Promise<T> {
  let unanswered: { readonly result: T } | undefined;
  return async () => {
    if (unanswered !== undefined && (await isCommitted?.(knex)) === true) return unanswered.result;
    unanswered = undefined;
    return runIn(knex, () => beginWriting(knex, dialect), work, rollbackIf, (result) => (unanswered = { result }));
  };
}

async function beginWriting(knex: Knex, dialect: Dialect): Promise<Transaction> {
  const tx = await knex.transaction();
  try {
    await dialect.startWriting(tx);
    return tx;
  } catch (error) {
    // There is nothing to roll back, but the connection is given back by it.
    await tx.rollback().catch(() => undefined);
    throw error;
  }
}

/** Runs the work in a savepoint of a transaction. */
export function runTransaction<T>(
  outer: Transaction,
  work: (tx: Transaction) => Promise<T>,
  rollbackIf?: (result: T) => boolean,
): Promise<T> {
  return runIn(outer, () => outer.transaction(), work, rollbackIf);
}

/** @param committing told before the commit is sent: an error after that leaves open whether it is stored */
async function runIn<T>(
  knex: Knex,
  begin: () => Promise<Transaction>,
  work: (tx: Transaction) => Promise<T>,
  rollbackIf: (result: T) => boolean = () => false,
  committing: (result: T) => void = () => undefined,
): Promise<T> {
  const tx = await begin();
  let result: T;
  try {
    result = await work(tx);
  } catch (error) {
    // The first error is the one to report; a rollback on a lost connection fails as well and adds nothing.
    await tx.rollback().catch(() => undefined);
    throw error;
  }
  if (rollbackIf(result)) {
    await tx.rollback();
    return result;
  }
  committing(result);
  await commit(knex, tx);
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
    shouldRetry: (error) => error instanceof HubError && WORTH_RETRYING.has(error.code),
    signal,
  });
}
