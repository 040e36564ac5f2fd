import type { Knex } from 'knex';

import type { Instant } from '../core/time.ts';
import type { Transaction } from '../db/database.ts';
import type { TableSpec } from '../db/schema.ts';
import type { SecretCheck } from './secret-check.ts';
import type { SealedValue, SecretRow } from './secret-row.ts';

/** Secrets of the sources, encrypted. */
export const secretsTable: TableSpec = {
  name: 'secrets',
  columns: {
    ...{ name: 'key!', ciphertext: 'longtext!', nonce: 'key!', wrapped_key: 'text!', key_id: 'text!' },
    ...{ set_at: 'instant!', expires_at: 'instant', checked_at: 'instant', check_status: 'key' },
  },
  primaryKey: ['name'],
};

const table = (knex: Knex) => knex<SecretRow>(secretsTable.name);

/** Every row, by name. */
export async function allSecrets(knex: Knex): Promise<SecretRow[]> {
  return table(knex).orderBy('name').select(Object.keys(secretsTable.columns) as (keyof SecretRow)[]);
}

/** One row; undefined if there is none of the name. */
export async function secretNamed(knex: Knex, name: string): Promise<SecretRow | undefined> {
  const rows: SecretRow[] = await table(knex).where({ name }).select(Object.keys(secretsTable.columns) as (keyof SecretRow)[]);
  return rows[0];
}

/** Writes a value in the place of an earlier one, of which no check is known then. */
export async function putSecret(tx: Transaction, name: string, sealed: SealedValue, setAt: Instant, expiresAt: Instant | null): Promise<void> {
  await table(tx)
    .insert({ name, ...sealed, set_at: setAt, expires_at: expiresAt, checked_at: null, check_status: null })
    .onConflict(['name'])
    .merge();
}

/** Writes the same value under another key. @returns false if the row was written by somebody else since it was read */
export async function replaceWrapping(tx: Transaction, before: SecretRow, sealed: SealedValue): Promise<boolean> {
  const { name, wrapped_key: wrapped, ciphertext } = before;
  return (await table(tx).where({ name, wrapped_key: wrapped, ciphertext }).update(sealed)) === 1;
}

/** Notes how checks ended, where the row is still the one that was checked; of a secret that nobody was asked with, nothing. */
export async function markChecked(tx: Transaction, rows: readonly SecretRow[], checks: readonly SecretCheck[], now: Instant): Promise<void> {
  const found = new Map(checks.map((check) => [check.name, check]));
  for (const { name, ciphertext } of rows) {
    const { from, state } = found.get(name) ?? {};
    if (from !== 'table' || state === undefined || state === 'missing' || state === 'unreadable' || state === 'not asked') continue;
    await table(tx).where({ name, ciphertext }).update({ checked_at: now, check_status: state });
  }
}

/** @returns false if there is none of the name */
export async function deleteSecret(tx: Transaction, name: string): Promise<boolean> {
  return (await table(tx).where({ name }).delete()) === 1;
}
