import { inBlocks } from '../../core/async/in-blocks.ts';
import { slices } from '../../core/slices.ts';
import type { Instant } from '../../core/time.ts';
import type { Transaction } from '../../db/database.ts';
import { trackedEvents } from './table.ts';

/** A row of `tracked_events`. */
export interface EventRow {
  brand: string;
  event_id: string;
  source: string;
  name: string;
  occurred_at: Instant;
  received_at: Instant;
  person_id: string | null;
  is_test: number | boolean;
  /** How many fields held personal data. */
  scrubbed: number;
  /** JSON, without personal data. */
  properties: string;
  lake_batch: string;
  created_run: string;
}

/** Those of the events that are stored. */
export async function storedEventIds(tx: Transaction, brand: string, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const some of slices([...new Set(ids)].sort())) for (const id of await tx<EventRow>(trackedEvents.name).where({ brand }).whereIn('event_id', some).pluck('event_id')) found.add(id);
  return found;
}

export async function insertEvents(tx: Transaction, rows: readonly EventRow[]): Promise<void> {
  for (const block of inBlocks(rows, (row) => row)) await tx<EventRow>(trackedEvents.name).insert(block);
}
