import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import { hmacSha256Hex } from '../../core/hash.ts';
import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { publicIds } from './ids.ts';

/** Whether a key of ids is the one that a database was filled with. */
export type IdKeyState = 'new' | 'same' | 'another';

/** What would get another id if the key were replaced. */
export interface IdKeyUse {
  readonly persons: number;
  readonly orders: number;
  /** Orders with a document in force. */
  readonly documents: number;
}

type Reader = Database['knex'];

interface FingerprintRow {
  name: string;
  fingerprint: string;
  kept_at: Instant;
}

const NAME = 'public_ids';
const FINGERPRINT_LENGTH = 16;

/** Tells keys apart without telling anything of them: 16 hex digits. */
export function fingerprintOf(key: string): string {
  return hmacSha256Hex(key, 'fingerprint of the key of public ids').slice(0, FINGERPRINT_LENGTH);
}

/**
 * Compares the key with the database's. One that was filled before fingerprints were kept is told by the id of a person.
 */
export async function idKeyState(db: Reader, key: string): Promise<IdKeyState> {
  const kept = await db<FingerprintRow>('key_fingerprints').where({ name: NAME }).first();
  if (kept !== undefined) return kept.fingerprint === fingerprintOf(key) ? 'same' : 'another';
  const person = await db<{ person_id: string; public_id: string }>('persons').first('person_id', 'public_id');
  if (person === undefined) return 'new';
  return person.public_id === publicIds(key)('per', person.person_id) ? 'same' : 'another';
}

/**
 * Refuses a key that is not the database's.
 * @throws HubError configuration (id_key_changed)
 */
export async function requireIdKeyOf(db: Reader, key: string): Promise<void> {
  if ((await idKeyState(db, key)) !== 'another') return;
  throw new HubError('configuration', 'id_key_changed', 'HUB_ID_KEY is not the key that this database was filled with.', {
    nextStep: 'Set HUB_ID_KEY to the key of before. If it is to be another one: hub keys id rotate says what will follow.',
  });
}

/**
 * The same, and keeps the fingerprint of a key that is the first one, or that no fingerprint was kept of.
 * @throws HubError configuration (id_key_changed)
 */
export async function keepIdKey(tx: Transaction, key: string, now: Instant): Promise<void> {
  await requireIdKeyOf(tx, key);
  const kept = await tx<FingerprintRow>('key_fingerprints').where({ name: NAME }).first();
  if (kept === undefined) await replaceIdKey(tx, key, now);
}

/** Makes the key the database's; the next run of each stage gives everything its new id. */
export async function replaceIdKey(tx: Transaction, key: string, now: Instant): Promise<void> {
  const row = { name: NAME, fingerprint: fingerprintOf(key), kept_at: now };
  await tx<FingerprintRow>('key_fingerprints').insert(row).onConflict('name').merge();
}

/** Counts what has an id that was made with the key. */
export async function idKeyUse(db: Reader): Promise<IdKeyUse> {
  const newest = db('order_documents').select('brand', 'account_id', 'order_id').max('version as version').groupBy('brand', 'account_id', 'order_id').as('newest');
  const inForce = db('order_documents as d')
    .join(newest, (on) => on.on('d.brand', 'newest.brand').on('d.account_id', 'newest.account_id').on('d.order_id', 'newest.order_id').on('d.version', 'newest.version'))
    .whereNotNull('d.doc');
  const [persons, orders, documents] = [await count(db('persons')), await count(db('orders')), await count(inForce)];
  return { persons, orders, documents };
}

async function count(query: Knex.QueryBuilder): Promise<number> {
  const [row] = await query.count<{ count: number | string }[]>({ count: '*' });
  return Number(row?.count ?? 0);
}
