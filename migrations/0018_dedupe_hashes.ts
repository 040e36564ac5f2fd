import type { Migration } from '../src/db/migrator.ts';

/**
 * Dedupe keys of relays become hashes: the key of a lead is often its address. What makes a fact be sent once is the id of
 * the relay, which was made of the key and stays.
 */
export const dedupeHashes: Migration = {
  name: '0018_dedupe_hashes',
  async up({ knex }) {
    await knex.raw("update relays set dedupe_key = concat('sha256:', sha2(dedupe_key, 256)) where dedupe_key not like 'sha256:%'");
  },
  // A hash cannot be taken back, and nothing reads the keys.
  down: () => Promise.resolve(),
};
