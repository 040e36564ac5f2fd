import { addMillis } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';

/** Lets leases end so many milliseconds from now, by the clock of the database; in the past unless told otherwise. */
export async function expireLeases(database: Database, inMs = -1): Promise<void> {
  const now = await database.read((knex) => database.dialect.now(knex));
  await database.write((tx) => tx('job_locks').where('expires_at', '>', now).update({ expires_at: addMillis(now, inMs) }));
}
