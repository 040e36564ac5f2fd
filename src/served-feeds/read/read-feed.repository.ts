import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { ServedFeed } from '../declare/served-feed.ts';
import type { FeedQuery, OutputColumn } from '../query/feed-query.ts';
import { countStatement, statementOf } from './statement.ts';

/** How far the data of a moment is: nothing in a feed changes without one of the two. */
export interface DataState {
  /** The last change number that was given. */
  readonly changeNo: number;
  /** True while a run is under way, which may still write under a number that was given. */
  readonly isWriting: boolean;
}

/** What a feed is read with. */
export interface FeedReading {
  readonly feed: ServedFeed;
  readonly query: FeedQuery;
  /** Brands that may be read; null: all. */
  readonly brands: readonly string[] | null;
  /** At most so many rows; undefined: all. */
  readonly rows: number | undefined;
  /** More rows than this are refused before the first; undefined: never. */
  readonly refusedAbove?: number | undefined;
  readonly signal: AbortSignal;
}

/** Rows of one moment. */
export interface FeedRows {
  readonly state: DataState;
  readonly columns: readonly OutputColumn[];
  readonly blocks: AsyncIterable<readonly StoredValues[]>;
}

export async function dataState(knex: Knex): Promise<DataState> {
  const counter = await knex<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value');
  const running = await knex<{ status: string; run_id: string }>('job_runs').where({ status: 'running' }).first('run_id');
  return { changeNo: counter?.value ?? 0, isWriting: running !== undefined };
}

/**
 * Reads a feed in one snapshot; the rows come while `take` asks for them, and nothing of it is done twice.
 * @throws HubError refused (too_many_rows) before the first row; transient (feed_unavailable) if the database went away
 */
export function readFeed(database: Database, reading: FeedReading, take: (rows: FeedRows) => Promise<void>): Promise<void> {
  const { feed, query, brands, rows, signal } = reading;
  return database.snapshot(
    async (tx) => {
      try {
        const state = await dataState(tx);
        await refuseTooMany(database, tx, reading);
        const { sql, values, columns } = statementOf(database.dialect, feed, query, { brands, rows });
        await take({ state, columns, blocks: database.dialect.streamRows(tx, sql, values) });
      } catch (error) {
        // Under its own code it is not tried again: what was sent already cannot be taken back.
        const problem = database.dialect.translate(error);
        throw problem.kind === 'transient' ? new HubError('transient', 'feed_unavailable', 'The database went away while the feed was read.', { cause: error }) : problem;
      }
    },
    { signal },
  );
}

async function refuseTooMany(database: Database, tx: Transaction, { feed, query, brands, refusedAbove }: FeedReading): Promise<void> {
  if (refusedAbove === undefined) return;
  const { sql, values } = countStatement(database.dialect, feed, query, brands);
  const [row] = await database.dialect.selectRows(tx, sql, values);
  if (Number(row?.[0] ?? 0) <= refusedAbove) return;
  throw new HubError('refused', 'too_many_rows', `The feed has more than ${refusedAbove} rows.`);
}
