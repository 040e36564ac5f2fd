import type { Knex } from 'knex';

import type { Instant, LocalDate } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { ApiKey } from './api-key.ts';
import type { KeyStoreOptions } from './key-store.ts';
import type { Permission, Role } from './roles.ts';

/** Keys of programs that ask hub serve; never a key, only the hash of its secret. */
export const apiKeysTable: TableSpec = {
  name: 'api_keys',
  columns: {
    ...{ id: 'key!', name: 'text!', secret_sha256: 'key!', role: 'key!', permissions: 'json!', brands: 'json', feeds: 'json' },
    ...{ in_url: 'boolean!', created_at: 'instant!', expires_at: 'instant', revoked_at: 'instant', last_used_on: 'date' },
  },
  primaryKey: ['id'],
};

interface KeyRow {
  id: string;
  name: string;
  secret_sha256: string;
  role: string;
  permissions: string;
  brands: string | null;
  feeds: string | null;
  in_url: number | boolean;
  created_at: Instant;
  expires_at: Instant | null;
  revoked_at: Instant | null;
  last_used_on: LocalDate | null;
}

const table = (knex: Knex) => knex<KeyRow>(apiKeysTable.name);
const COLUMNS = Object.keys(apiKeysTable.columns) as (keyof KeyRow)[];

/** The keys of a database, for a server. @param database opened when a key is asked for */
export function keysIn(database: () => Database): Pick<KeyStoreOptions, 'read' | 'markUsed'> {
  return {
    read: (id) => database().read((knex) => keyOfId(knex, id)),
    markUsed: (id, day) => database().write((tx) => markUsed(tx, id, day)),
  };
}

/** One key, also one that is revoked or has expired; undefined if there is none of the id. */
export async function keyOfId(knex: Knex, id: string): Promise<ApiKey | undefined> {
  const [row]: KeyRow[] = await table(knex).where({ id }).select(COLUMNS);
  return row === undefined ? undefined : keyOf(row);
}

/** All keys, the newest first. */
export async function allKeys(knex: Knex): Promise<ApiKey[]> {
  const rows: KeyRow[] = await table(knex).orderBy([{ column: 'created_at', order: 'desc' }, 'id']).select(COLUMNS);
  return rows.map(keyOf);
}

/** Stores a new key. */
export async function putKey(tx: Transaction, key: ApiKey): Promise<void> {
  await table(tx).insert({
    ...{ id: key.id, name: key.name, secret_sha256: key.secretSha256, role: key.role, permissions: JSON.stringify(key.permissions) },
    ...{ brands: textOf(key.brands), feeds: textOf(key.feeds), in_url: key.mayBeInUrl ? 1 : 0 },
    ...{ created_at: key.createdAt, expires_at: key.expiresAt, revoked_at: key.revokedAt, last_used_on: key.lastUsedOn },
  });
}

/** @returns false if it is revoked already, or there is none */
export async function markRevoked(tx: Transaction, id: string, at: Instant): Promise<boolean> {
  return (await table(tx).where({ id }).whereNull('revoked_at').update({ revoked_at: at })) === 1;
}

/** Notes the day on which a key was used; a later day that another server noted stays. */
async function markUsed(tx: Transaction, id: string, day: LocalDate): Promise<void> {
  await table(tx).where({ id }).where((older) => void older.whereNull('last_used_on').orWhere('last_used_on', '<', day)).update({ last_used_on: day });
}

function keyOf(row: KeyRow): ApiKey {
  return {
    ...{ id: row.id, name: row.name, secretSha256: row.secret_sha256, role: row.role as Role, permissions: listOf(row.permissions) as Permission[] },
    ...{ brands: row.brands === null ? null : listOf(row.brands), feeds: row.feeds === null ? null : listOf(row.feeds), mayBeInUrl: Boolean(row.in_url) },
    ...{ createdAt: row.created_at, expiresAt: row.expires_at, revokedAt: row.revoked_at, lastUsedOn: row.last_used_on },
  };
}

function listOf(json: string): string[] {
  return JSON.parse(json) as string[];
}

function textOf(list: readonly string[] | null): string | null {
  return list === null ? null : JSON.stringify(list);
}
