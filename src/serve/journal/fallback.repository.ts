import { sha256Hex } from '../../core/hash.ts';
import type { Clock } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { readJournal } from './framing.ts';

interface FallbackRow {
  /** SHA-256 of the body in hex. */
  record_hash: string;
  /** The record's JSON, as a line of a part has it. */
  body: string;
  stored_at: string;
}

/** Stores records that no segment took; import-intake drains them like a batch. Storing one again changes nothing. */
export async function storeFallback(database: Database, records: readonly Buffer[], clock: Clock): Promise<void> {
  const rows = records.flatMap((record): FallbackRow[] => {
    const [entry] = readJournal(record);
    if (entry?.kind !== 'record') return [];
    const body = entry.body.toString('utf8');
    return [{ record_hash: sha256Hex(body), body, stored_at: clock.now() }];
  });
  await database.write((tx) => tx<FallbackRow>('intake_fallback').insert(rows).onConflict('record_hash').merge(['record_hash']));
}
