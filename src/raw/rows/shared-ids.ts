import { sha256Hex } from '../../core/hash.ts';
import { decodeRow, encodeRow } from '../../core/text/row-text.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { RawRow } from './row-parser.ts';
import { storedColumns } from './table.ts';
import { identityOf } from './event.ts';
import { rowHash } from './version.ts';

/** An id that stands for more events than this, and for more than this share of the rows, names none of them. */
const MOST_EVENTS = 10;
const MOST_PERCENT = 1;
const HASH_LENGTH = 32;
const WHAT_TELLS_EVENTS_APART = ['message_id', 'occurred_at', 'url'];

/**
 * Gives events keys of their own whose EventId stands for many, as if they had none (e-mail specification,
 * "import-email"). Asked of the rows that are read together, which is a whole batch or its next few thousand rows: the
 * same rows always come together, so they get the same keys again.
 */
export function withOwnKeys(entity: Entity, brand: string, rows: RawRow[]): RawRow[] {
  const shared = sharedIds(entity, brand, rows);
  if (shared.size === 0) return rows;
  return rows.map((row) => {
    const { event } = row;
    if (event === undefined || event.eventId === null || !shared.has(event.eventId)) return row;
    const sourceId = identityOf(contentKey(entity, brand, row), event.emailSha256 ?? event.contactId);
    const text = sourceId + row.text.slice(row.text.indexOf('\t'));
    return { ...row, sourceId, text, hash: rowHash(text, row.deleted) };
  });
}

function sharedIds(entity: Entity, brand: string, rows: readonly RawRow[]): ReadonlySet<string> {
  const byId = new Map<string, number>();
  for (const { event } of rows) if (event !== undefined && event.eventId !== null) byId.set(event.eventId, (byId.get(event.eventId) ?? 0) + 1);
  const isMany = (count: number): boolean => count > MOST_EVENTS && count * 100 > rows.length * MOST_PERCENT;
  const frequent = [...byId].filter(([, count]) => isMany(count)).map(([id]) => id);
  // One event that is delivered again and again is one.
  return new Set(frequent.filter((id) => isMany(new Set(rows.flatMap((row) => (row.event?.eventId === id ? [contentKey(entity, brand, row)] : []))).size)));
}

function contentKey(entity: Entity, brand: string, row: RawRow): string {
  const names = storedColumns(entity).map(({ sql }) => sql);
  const values = decodeRow(row.text);
  const content = WHAT_TELLS_EVENTS_APART.map((name) => values[names.indexOf(name)] ?? null);
  return sha256Hex(encodeRow([brand, entity.name, row.event?.emailSha256 ?? row.event?.contactId ?? null, ...content])).slice(0, HASH_LENGTH);
}
