import type { Database } from '../../db/database.ts';

/** The SHA-256 of erased persons' addresses, in ascending order: they are left out of what is published. */
export async function readErased(database: Database): Promise<string[]> {
  return database.read((knex) => knex<{ email_sha256: string }>('erasures').orderBy('email_sha256').pluck('email_sha256'));
}
