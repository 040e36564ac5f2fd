import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { noteSpellings } from '../../raw/events/spellings.repository.ts';
import { ERASED_REASON, type Suppression } from './suppression-line.ts';

interface SuppressionRow {
  email_sha256: string;
  person_id: string;
  reason: string;
  created_at: Instant;
}

const HASHES_PER_QUERY = 500;

/** Stores suppressions that are not known yet; the reason and date of a known one stay. Gives how many are new. */
export async function addSuppressions(target: { readonly database: Database; readonly tx: Transaction }, suppressions: readonly Suppression[]): Promise<number> {
  const { tx } = target;
  const known = await knownReasons(tx, suppressions.map(({ emailSha256 }) => emailSha256));
  const fresh = new Map<string, SuppressionRow>();
  for (const { emailSha256, reason, since } of suppressions) {
    if (known.has(emailSha256) || fresh.has(emailSha256)) continue;
    fresh.set(emailSha256, { email_sha256: emailSha256, person_id: personIdOf(emailSha256), reason, created_at: since });
  }
  for (const row of [...fresh.values()].sort((a, b) => (a.email_sha256 < b.email_sha256 ? -1 : 1))) await tx<SuppressionRow>('suppressions').insert(row);
  await noteSpellings(target, suppressions.flatMap(({ spelling }) => (spelling === undefined ? [] : [spelling])));
  return fresh.size;
}

/** Takes suppressions back, but for those of erased persons. Gives how many went, and how many must stay. */
export async function removeSuppressions(tx: Transaction, hashes: readonly string[]): Promise<{ readonly removed: number; readonly erased: number }> {
  const known = await knownReasons(tx, hashes);
  const free = [...known].flatMap(([hash, reason]) => (reason === ERASED_REASON ? [] : [hash])).sort();
  for (const hash of free) await tx<SuppressionRow>('suppressions').where({ email_sha256: hash }).delete();
  return { removed: free.length, erased: known.size - free.length };
}

/** How many suppressions there are, by reason. */
export async function countSuppressions(database: Database): Promise<{ reason: string; suppressions: number }[]> {
  const rows = await database.read((knex) => knex<SuppressionRow>('suppressions').groupBy('reason').orderBy('reason').select('reason').count({ suppressions: '*' }));
  return (rows as unknown as { reason: string; suppressions: number | string }[]).map(({ reason, suppressions }) => ({ reason, suppressions: Number(suppressions) }));
}

/** The suppressions of a reason, or all, the newest first. */
export async function listSuppressions(database: Database, reason: string | undefined, limit: number): Promise<Pick<SuppressionRow, 'email_sha256' | 'reason' | 'created_at'>[]> {
  return database.read((knex) => {
    const query = knex<SuppressionRow>('suppressions');
    if (reason !== undefined) void query.where({ reason });
    return query.orderBy([{ column: 'created_at', order: 'desc' }, 'email_sha256']).limit(limit).select('email_sha256', 'reason', 'created_at');
  });
}

async function knownReasons(tx: Transaction, hashes: readonly string[]): Promise<Map<string, string>> {
  const known = new Map<string, string>();
  const distinct = [...new Set(hashes)].sort();
  for (let start = 0; start < distinct.length; start += HASHES_PER_QUERY) {
    const rows = await tx<SuppressionRow>('suppressions').whereIn('email_sha256', distinct.slice(start, start + HASHES_PER_QUERY)).select('email_sha256', 'reason');
    for (const { email_sha256: hash, reason } of rows) known.set(hash, reason);
  }
  return known;
}
