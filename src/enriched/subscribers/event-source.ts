import type { Database, Transaction } from '../../db/database.ts';

/** Whom events count for: the person of their address, or the contact where they name no address. */
export type SubjectColumn = 'email_sha256' | 'contact_id';

/** Where events are read. */
export interface EventSource {
  readonly database: Database;
  readonly tx: Transaction;
  readonly brand: string;
}
