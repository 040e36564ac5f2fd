import { batchOfInstant, type BatchId, type Instant } from '../../core/time.ts';
import type { Shard } from '../../core/shard.ts';
import type { Transaction } from '../../db/database.ts';
import type { IntakeKindName } from './intake-kind.ts';

/** Records that the server could only write to the database, as one batch of a brand. */
export interface FallbackBatch {
  readonly batch: BatchId;
  readonly hashes: readonly string[];
  /** As lines of a part have them. */
  readonly bodies: readonly string[];
}

interface FallbackRow {
  readonly record_hash: string;
  readonly body: string;
  readonly stored_at: Instant;
}

const PAGE = 500;
/** In the place of the writer. */
const WRITER = 'fallback';
const HASH_DIGITS = 16;

/** The next records of a kind and brand in `intake_fallback`; undefined if there are none. Records of other kinds wait for who reads them. */
export async function nextFallback(tx: Transaction, kind: IntakeKindName, brand: string, shard: Shard): Promise<FallbackBatch | undefined> {
  const found: FallbackRow[] = [];
  for (let after = ''; found.length < PAGE; ) {
    const rows = await tx<FallbackRow>('intake_fallback').where('record_hash', '>', after).orderBy('record_hash').limit(PAGE).select('record_hash', 'body', 'stored_at');
    found.push(...rows.filter(({ record_hash: hash, body }) => shard.has(hash.slice(0, HASH_DIGITS)) && isRecordOf(body, kind, brand)));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.record_hash;
  }
  const [first] = found.map(({ stored_at: at }) => at).sort();
  if (first === undefined) return undefined;
  return { batch: batchOfInstant(first, WRITER), hashes: found.map(({ record_hash: hash }) => hash), bodies: found.map(({ body }) => body) };
}

/** What is imported is no longer needed here. */
export async function removeFallback(tx: Transaction, hashes: readonly string[]): Promise<void> {
  for (let start = 0; start < hashes.length; start += PAGE) await tx<FallbackRow>('intake_fallback').whereIn('record_hash', hashes.slice(start, start + PAGE)).delete();
}

function isRecordOf(body: string, wanted: IntakeKindName, brand: string): boolean {
  try {
    const { kind, brand: own } = Object(JSON.parse(body)) as Record<string, unknown>;
    return kind === wanted && own === brand;
  } catch {
    return false;
  }
}
