import type { Knex } from 'knex';

import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { AttemptRow, RelayRow } from './relay.ts';

/** What an attempt holds beside its outcome: it may all be personal. */
const NO_CONTENT = { url: null, request_headers: null, response_headers: null, response_body: null, error: null, has_body: 0 };
const ROWS_PER_STEP = 500;

/** How many bodies were removed. */
export interface Purged {
  readonly relays: number;
  readonly attempts: number;
}

/**
 * Removes the bodies of relays that ended before the instant, and what attempts before it sent and received. States,
 * times and outcomes stay. In small transactions, at most `most` of each kind: the next call goes on.
 */
export async function purgeBodies(database: Database, before: Instant, most: number): Promise<Purged> {
  const relays = await inSteps(most, (limit) =>
    database.write(async (tx) => {
      const rows = await tx<RelayRow>('relays').where({ has_body: 1 }).where('ended_at', '<', before).limit(limit).select('relay_id');
      const ids = rows.map(({ relay_id: id }) => id);
      return tx<RelayRow>('relays').whereIn('relay_id', ids).where('ended_at', '<', before).update({ payload: null, has_body: 0 });
    }),
  );
  const attempts = await inSteps(most, (limit) =>
    database.write(async (tx) => {
      const rows = await tx<AttemptRow>('relay_attempts').where({ has_body: 1 }).where('started_at', '<', before).limit(limit).select('relay_id', 'attempt');
      let purged = 0;
      for (const row of rows) purged += await tx<AttemptRow>('relay_attempts').where(row).update(NO_CONTENT);
      return purged;
    }),
  );
  return { relays, attempts };
}

/**
 * Erases what relays hold of persons, in the caller's transaction: bodies, URLs and answers go, what still waits is
 * cancelled. A dedupe key stays, as it names no person. Gives how many relays there were.
 */
export async function eraseRelaysOf(tx: Transaction, personIds: readonly string[], now: Instant): Promise<number> {
  let erased = 0;
  for (const personId of personIds) {
    const rows = await tx<RelayRow>('relays').where({ person_id: personId }).select('relay_id');
    const ids = rows.map(({ relay_id: id }) => id);
    for (let start = 0; start < ids.length; start += ROWS_PER_STEP) {
      const some = ids.slice(start, start + ROWS_PER_STEP);
      await tx<RelayRow>('relays')
        .whereIn('relay_id', some)
        .whereIn('state', ['pending', 'retrying', 'in_flight', 'dead'])
        .update({ state: 'cancelled', reason: 'erased', next_attempt_at: null, lease_until: null, ended_at: now });
      await tx<RelayRow>('relays').whereIn('relay_id', some).update({ payload: null, has_body: 0 });
      await tx<AttemptRow>('relay_attempts').whereIn('relay_id', some).update(NO_CONTENT);
    }
    erased += ids.length;
  }
  return erased;
}

/** How many bodies purgeBodies would remove. */
export async function countExpiredBodies(knex: Knex, before: Instant): Promise<Purged> {
  const count = async (table: string, column: string): Promise<number> => {
    const [row] = await knex<{ has_body: number }>(table).where({ has_body: 1 }).where(column, '<', before).count<{ rows: number }[]>({ rows: '*' });
    return row?.rows ?? 0;
  };
  return { relays: await count('relays', 'ended_at'), attempts: await count('relay_attempts', 'started_at') };
}

async function inSteps(most: number, step: (limit: number) => Promise<number>): Promise<number> {
  let done = 0;
  while (done < most) {
    const count = await step(Math.min(ROWS_PER_STEP, most - done));
    done += count;
    if (count === 0) break;
  }
  return done;
}
