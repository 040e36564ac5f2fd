import type { RunId } from '../../core/ids.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Fragment } from '../../db/dialect.ts';
import { readEventStates } from '../../enriched/subscribers/event-spans.repository.ts';
import { keepStates } from '../../enriched/subscribers/purged-states.repository.ts';
import { lockFeed } from '../../engine/runs/import-batches.repository.ts';
import type { Expired } from './expired.ts';
import { both, inWindow, type Walk, type Window } from './windows.ts';

/** Where rows are removed, and on whose behalf. */
export interface RemovalTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly runId: RunId;
}

/** How many rows have expired. */
export async function countExpired({ database, tx }: Pick<RemovalTarget, 'database' | 'tx'>, { walk, condition }: Expired): Promise<number> {
  const { sql, values } = both(walk.within, condition);
  const [row] = await database.dialect.selectRows(tx, `select count(*) from ${walk.table} where ${sql}`, values);
  return Number(row?.[0] ?? 0);
}

/** Removes what has expired of a window, in the caller's transaction; gives how many rows that were. */
export async function removeExpired(target: RemovalTarget, expired: Expired, window: Window): Promise<number> {
  const { walk, condition, removal } = expired;
  const chosen = both(inWindow(walk, window), condition);
  if (typeof removal === 'object' && 'empties' in removal) return emptyColumn(target, walk, removal.empties, chosen);
  if (removal !== 'rows') {
    // Most windows hold nothing that is old: no import need wait for those.
    const [any] = await target.database.dialect.selectRows(target.tx, `select 1 from ${walk.table} where ${chosen.sql} limit 1`, chosen.values);
    if (any === undefined) return 0;
    await keepWhatEventsSay(target, removal, chosen);
  }
  return target.tx(walk.table).whereRaw(chosen.sql, chosen.values).delete();
}

/** The fold of the subscribers and the import of the events wait meanwhile: what an event says is always in one place. */
async function keepWhatEventsSay({ database, tx, runId }: RemovalTarget, { brand, event }: Extract<Expired['removal'], { readonly brand: string }>, chosen: Fragment): Promise<void> {
  for (const entity of [event.name, 'subscribers']) await lockFeed(tx, { feed: 'email', brand, entity }, runId);
  const source = { database, tx, brand };
  for (const by of ['email_sha256', 'contact_id'] as const) await keepStates(source, by, await readEventStates(source, by, event, chosen));
}

/** One by one: MySQL cannot update a table by a condition on its other rows, and they are few. */
async function emptyColumn({ database, tx }: RemovalTarget, { table, keys }: Walk, column: string, { sql, values }: Fragment): Promise<number> {
  const rows = await database.dialect.selectRows(tx, `select ${keys.join(', ')} from ${table} where ${sql}`, values);
  for (const row of rows) {
    await tx(table)
      .where(Object.fromEntries(keys.map((key, index) => [key, row[index]])))
      .update({ [column]: null });
  }
  return rows.length;
}
