import { inBlocks } from '../../core/async/in-blocks.ts';
import { groupBy } from '../../core/group-by.ts';
import type { Instant } from '../../core/time.ts';
import { slices } from '../../core/slices.ts';
import type { Transaction } from '../../db/database.ts';
import { deltaBetween } from '../../engine/records/audit.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { WebhookEvent } from '../actions/event.ts';
import type { Hint } from '../actions/planned-action.ts';
import type { DeliveryRow, HintRow, WebhookHead, WebhookRow } from './tables.ts';

/** An event by its key. */
export type EventKey = Pick<WebhookRow, 'source' | 'event_id'>;

const ROWS_PER_INSERT = 200;
/** A statement must fit into what a server takes at once, 16 MiB by default. */
const BYTES_PER_INSERT = 6 * 1024 * 1024;
/** The columns of an event without its body. */
export const HEAD = ['source', 'event_id', 'webhook_id', 'brand', 'type', 'received_at', 'last_received_at', 'deliveries', 'other_bodies', 'state', 'action', 'reason', 'tries', 'updated_at', 'body_sha256', 'lake_batch', 'created_run'] as const satisfies readonly (keyof WebhookHead)[];

/** Which deliveries were counted already, as `source\tdelivery`. */
export async function countedDeliveries(tx: Transaction, deliveries: readonly Pick<DeliveryRow, 'source' | 'delivery_id'>[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [source, ids] of bySource(deliveries, ({ delivery_id: id }) => id)) {
    for (const id of await tx<DeliveryRow>('webhook_deliveries').where({ source }).whereIn('delivery_id', ids).pluck('delivery_id')) found.add(`${source}\t${id}`);
  }
  return found;
}

/** The stored events of the keys without their bodies, as `source\tevent`. */
export async function storedEvents(tx: Transaction, keys: readonly EventKey[]): Promise<Map<string, WebhookHead>> {
  const found = new Map<string, WebhookHead>();
  for (const [source, ids] of bySource(keys, ({ event_id: id }) => id)) {
    for (const row of await tx<WebhookRow>('webhooks').where({ source }).whereIn('event_id', ids).select<WebhookHead[]>(HEAD)) found.set(`${source}\t${row.event_id}`, row);
  }
  return found;
}

/** Stores new events. */
export async function insertEvents(tx: Transaction, rows: readonly WebhookRow[]): Promise<void> {
  let [block, bytes]: [WebhookRow[], number] = [[], 0];
  for (const row of rows) {
    const own = Buffer.byteLength(row.body ?? '');
    if (block.length > 0 && (block.length === ROWS_PER_INSERT || bytes + own > BYTES_PER_INSERT)) {
      await tx<WebhookRow>('webhooks').insert(block);
      [block, bytes] = [[], 0];
    }
    block.push(row);
    bytes += own;
  }
  if (block.length > 0) await tx<WebhookRow>('webhooks').insert(block);
}

/** Changes a stored event. */
export async function updateEvent(tx: Transaction, { source, event_id: id }: EventKey, change: Partial<WebhookRow>): Promise<void> {
  await tx<WebhookRow>('webhooks').where({ source, event_id: id }).update(change);
}

/** Remembers that deliveries are counted. */
export async function insertDeliveries(tx: Transaction, rows: readonly DeliveryRow[]): Promise<void> {
  for (const block of inBlocks(rows, (row) => row)) await tx<DeliveryRow>('webhook_deliveries').insert(block);
}

/** Notes objects that are to be fetched again; of several hints at one the newest counts. */
export async function storeHints(tx: Transaction, hints: readonly { readonly event: WebhookEvent; readonly hint: Hint }[]): Promise<void> {
  const newest = new Map<string, HintRow>();
  for (const { event, hint } of hints) {
    const key = `${event.source}\t${hint.object}\t${hint.objectId}`;
    const known = newest.get(key);
    if (known === undefined || known.hinted_at <= event.receivedAt) {
      newest.set(key, { source: event.source, object: hint.object, object_id: hint.objectId, brand: event.brand, webhook_id: event.webhookId, hinted_at: event.receivedAt, fetched_at: null });
    }
  }
  // One that was fetched is fetched once more if its event is done again.
  for (const row of newest.values()) {
    const { source, object, object_id: objectId } = row;
    const stored = await tx<HintRow>('refetch_hints').where({ source, object, object_id: objectId }).first('hinted_at');
    if (stored === undefined) await tx<HintRow>('refetch_hints').insert(row);
    else if (stored.hinted_at <= row.hinted_at) await tx<HintRow>('refetch_hints').where({ source, object, object_id: objectId }).update(row);
  }
}

/** Events with their bodies, in the order of their keys. */
export async function eventsWithBodies(tx: Transaction, keys: readonly EventKey[]): Promise<WebhookRow[]> {
  const rows: WebhookRow[] = [];
  for (const [source, ids] of bySource(keys, ({ event_id: id }) => id)) rows.push(...(await tx<WebhookRow>('webhooks').where({ source }).whereIn('event_id', ids).orderBy('event_id').select<WebhookRow[]>()));
  return rows;
}

/** Keeps in the audit log what an event was before it was done again or closed. */
export async function auditState({ audit, database, tx }: RecordTarget, before: WebhookRow, after: Pick<WebhookRow, 'state' | 'action' | 'reason'>): Promise<void> {
  const stateOf = ({ state, action, reason }: Pick<WebhookRow, 'state' | 'action' | 'reason'>) => ({ state, action, reason });
  const delta = deltaBetween(stateOf(before), stateOf(after));
  if (delta !== undefined) await audit.write(database, tx, [{ brand: before.brand, entity: 'webhook', entityId: before.webhook_id, action: 'update', delta }]);
}

/** The newest instant of an event's deliveries. */
export function laterOf(one: Instant, other: Instant): Instant {
  return one > other ? one : other;
}

function* bySource<Item extends { readonly source: string }>(items: readonly Item[], idOf: (item: Item) => string): Generator<readonly [string, string[]]> {
  for (const [source, own] of groupBy(items, (item) => item.source)) {
    const ids = [...new Set(own.map(idOf))].sort();
    for (const some of slices(ids)) yield [source, some];
  }
}
