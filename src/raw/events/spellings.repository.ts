import { mailboxOf } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';

/**
 * Addresses of people who objected whose mailbox has several spellings (core/text/email.ts, mailboxOf), by hash: an objection
 * in one of them holds for every other one, whoever that is stored for. Only hashes.
 */
export const emailSpellings: TableSpec = {
  name: 'email_spellings',
  columns: { mailbox_sha256: 'key!', email_sha256: 'key!' },
  primaryKey: ['mailbox_sha256', 'email_sha256'],
};

/** The hashes of a mailbox and of an address that reaches it. */
export interface Spelling {
  readonly mailboxSha256: string;
  readonly emailSha256: string;
}

const COLUMNS = Object.keys(emailSpellings.columns);

/** The spelling of a valid address; undefined if its mailbox has no other. */
export function spellingOf(email: string): Spelling | undefined {
  const mailbox = mailboxOf(email);
  return mailbox === undefined ? undefined : { mailboxSha256: sha256Hex(mailbox), emailSha256: sha256Hex(email) };
}

/** Remembers spellings, in the caller's transaction. Repeating it changes nothing. */
export async function noteSpellings(target: { readonly database: Database; readonly tx: Transaction }, spellings: readonly Spelling[]): Promise<void> {
  if (spellings.length === 0) return;
  const rows = [...new Set(spellings.map(({ mailboxSha256, emailSha256 }) => encodeRow([mailboxSha256, emailSha256])))].sort();
  await target.database.dialect.bulkInsertMissing(target.tx, { table: emailSpellings.name, columns: COLUMNS, rows });
}
