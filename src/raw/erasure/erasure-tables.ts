import type { TableSpec } from '../../db/schema.ts';

/** Whom hub has erased: the receipt, and hashes that keep imports from bringing the person back. No personal data. */
export const erasures: TableSpec = {
  name: 'erasures',
  columns: {
    email_sha256: 'key!',
    receipt_id: 'key!',
    erased_at: 'instant!',
    run_id: 'key!',
    // Hashed words of names and phone numbers, which free text must not hold (erased-text.ts).
    words: 'json!',
    // How many records of each table were erased.
    counts: 'json!',
  },
  primaryKey: ['email_sha256'],
};

/** The records of erased persons, by which rows without an address are known. */
export const erasedRecords: TableSpec = {
  name: 'erased_records',
  columns: {
    brand: 'key!',
    entity: 'key!',
    source_id: 'key!',
    email_sha256: 'key!',
    is_test: 'boolean!',
    // False: found by an import; what was imported beside it is looked through at the end of an import.
    is_settled: 'boolean!',
  },
  primaryKey: ['brand', 'entity', 'source_id'],
  indexes: [['email_sha256']],
};
