import type { TableSpec } from '../../db/schema.ts';

/**
 * Who is in the last snapshot of an audience on a platform, and with which hashes; and who was in the one before, as
 * far as it differs. So a run can be repeated on its date, and a person who is gone can still be taken off a platform.
 */
export const audienceMembers: TableSpec = {
  name: 'audience_members',
  columns: {
    audience: 'key!',
    platform: 'key!',
    person_id: 'key!',
    // The hashed columns of the file, in its order, with commas; null: not in the snapshot.
    hashes: 'text',
    // Checksum of the whole line, as some of its columns are not hashed and so not kept.
    line_hash: 'hash',
    // The same as of the snapshot before `changed_on`.
    before_hashes: 'text',
    before_line_hash: 'hash',
    changed_on: 'date!',
  },
  primaryKey: ['audience', 'platform', 'person_id'],
};

/** Each snapshot of an audience on a platform: what was delivered, what is about to be, what was refused. */
export const audienceSnapshots: TableSpec = {
  name: 'audience_snapshots',
  columns: {
    audience: 'key!',
    platform: 'key!',
    snapshot_date: 'date!',
    members: 'integer!',
    location: 'text!',
    // Entries of the manifest.
    delivered: 'json',
    pending: 'json',
    refused: 'json',
    run_id: 'key!',
    updated_at: 'instant!',
  },
  primaryKey: ['audience', 'platform', 'snapshot_date'],
};

/** Persons who must never leave the hub again; `erased` is what an erasure leaves behind. */
export const suppressions: TableSpec = {
  name: 'suppressions',
  columns: { email_sha256: 'key!', person_id: 'key!', reason: 'key!', created_at: 'instant!' },
  primaryKey: ['email_sha256'],
  indexes: [['person_id']],
};
