import { groupBy } from '../../core/group-by.ts';
import { sha256Bytes, sha256Hex } from '../../core/hash.ts';
import { problem, type Problem } from '../../core/problem.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import type { IntakeKind, StoredBatch } from '../../leads/intake/intake-kind.ts';
import { readRecords, type ReadRecords } from '../../leads/intake/intake-line.ts';
import { webhookIdOf, type WebhookEvent } from '../actions/event.ts';
import type { WebhookOutcome } from '../actions/outcome.ts';
import { bodyTextOf } from './body-text.ts';
import { deadReasons, runActions, type WebhookImport } from './run-actions.ts';
import type { DeliveryRow, WebhookHead, WebhookRow } from './tables.ts';
import { parseWebhookLine, type WebhookLine } from './webhook-line.ts';
import { countedDeliveries, insertDeliveries, insertEvents, laterOf, storedEvents, updateEvent } from './webhooks.repository.ts';

/** A delivery of a batch. */
interface Delivery {
  readonly line: WebhookLine;
  readonly deliveryId: string;
  readonly receivedAt: Instant;
}

/** Imports webhooks: an event is stored and done once, however often it came. */
export function webhookKind(setup: WebhookImport): IntakeKind {
  return {
    entity: 'webhook',
    plural: 'webhooks',
    remedy: 'See what writes to this place of the intake beside hub serve',
    async read(parts, brand, batch) {
      const read = await readRecords(parts, (line) => parseWebhookLine(line, brand));
      return { read: read.read, rejects: read.rejects, store: (target) => storeWebhooks(target, setup, brand, batch, read) };
    },
  };
}

/**
 * Stores the deliveries of a batch that are not counted yet. The key (source, event) in the caller's transaction is the
 * deduplication: what is there already is counted, what is new is done.
 */
async function storeWebhooks(target: RecordTarget, setup: WebhookImport, brand: string, batch: string, { records, rejects, read, erased: gone }: ReadRecords<WebhookLine>): Promise<StoredBatch> {
  const { tx, runId } = target;
  const unique = deliveriesOf(records, batch);
  const counted = await countedDeliveries(tx, unique.map(({ line, deliveryId }) => ({ source: line.source, delivery_id: deliveryId })));
  const fresh = unique.filter(({ line, deliveryId }) => !counted.has(`${line.source}\t${deliveryId}`));
  const stored = await storedEvents(tx, fresh.map(({ line }) => line));
  const byEvent = groupBy(fresh, ({ line }): string => `${line.source}\t${line.event_id}`);
  const created = [...byEvent].flatMap(([key, deliveries]) => (stored.has(key) ? [] : [deliveries]));
  const events = created.map(([first]) => eventOf(first));
  const { outcomes, fold, erased } = await runActions(target, setup, brand, batch, events.filter((event) => event !== undefined));
  const rows = created.flatMap((deliveries) => rowOf(deliveries, outcomes, { batch, runId, now: target.now }) ?? []);
  await insertEvents(tx, rows);
  let otherBodies = rows.reduce((sum, { other_bodies: count }) => sum + count, 0);
  for (const [key, head] of stored) {
    const deliveries = byEvent.get(key) ?? [];
    const others = deliveries.filter(({ line }) => bodyHash(line) !== head.body_sha256).length;
    otherBodies += others;
    await updateEvent(tx, head, repeated(head, deliveries, others));
  }
  await insertDeliveries(tx, fresh.map(({ line, deliveryId, receivedAt }): DeliveryRow => ({ source: line.source, delivery_id: deliveryId, event_id: line.event_id, received_at: receivedAt, lake_batch: batch })));
  const { dead, text } = deadReasons(outcomes.values());
  const counts = { ...zeroCounts(), read, inserted: rows.length, updated: fresh.length - rows.length, unchanged: records.length - fresh.length + gone, rejected: rejects.length };
  return { counts, fold, erased, dead, problems: [...deadProblem(brand, batch, dead, text), ...otherBodyProblem(brand, batch, otherBodies)] };
}

/** One that names no delivery is told by its place among those like it, so that reading the batch again counts nothing twice. */
function deliveriesOf(records: readonly WebhookLine[], batch: string): Delivery[] {
  const seen = new Map<string, number>();
  const deliveries = records.map((line): Delivery => {
    const like = `${batch}\t${line.source}\t${line.event_id}\t${line.received_at}`;
    const nth = seen.get(like) ?? 0;
    seen.set(like, nth + 1);
    return { line, deliveryId: line.delivery_id ?? sha256Hex(`${like}\t${nth}`), receivedAt: parseInstant(line.received_at) ?? ('' as Instant) };
  });
  return [...new Map(deliveries.map((delivery) => [`${delivery.line.source}\t${delivery.deliveryId}`, delivery])).values()];
}

function eventOf(delivery: Delivery | undefined): WebhookEvent | undefined {
  if (delivery === undefined) return undefined;
  const { source, brand, event_id: eventId, type, body } = delivery.line;
  return { webhookId: webhookIdOf(source, eventId), source, brand, eventId, type, receivedAt: delivery.receivedAt, body: Buffer.from(body, 'base64') };
}

function rowOf([first, ...more]: readonly Delivery[], outcomes: ReadonlyMap<string, WebhookOutcome>, { batch, runId, now }: { readonly batch: string; readonly runId: string; readonly now: Instant }): WebhookRow | undefined {
  const event = eventOf(first);
  if (first === undefined || event === undefined) return undefined;
  const outcome = outcomes.get(event.webhookId);
  if (outcome === undefined) return undefined;
  const hash = bodyHash(first.line);
  const body = outcome.reason === 'suppressed' ? { body: null, is_base64: false } : bodyTextOf(event.body);
  return {
    ...{ source: event.source, event_id: event.eventId, webhook_id: event.webhookId, brand: event.brand, type: event.type, received_at: first.receivedAt },
    last_received_at: more.reduce((last, { receivedAt }) => laterOf(last, receivedAt), first.receivedAt),
    ...{ deliveries: more.length + 1, other_bodies: more.filter(({ line }) => bodyHash(line) !== hash).length },
    ...{ state: outcome.state, action: outcome.action, reason: outcome.reason, tries: 1, updated_at: now },
    ...{ headers: JSON.stringify(first.line.headers), body: body.body, is_base64: body.is_base64 ? 1 : 0, body_sha256: hash },
    ...{ lake_batch: batch, created_run: runId },
  };
}

/** Counts further deliveries of a stored event; its body and what was done of it stay. */
function repeated(head: WebhookHead, deliveries: readonly Delivery[], others: number): Partial<WebhookRow> {
  return {
    deliveries: head.deliveries + deliveries.length,
    other_bodies: head.other_bodies + others,
    last_received_at: deliveries.reduce((last, { receivedAt }) => laterOf(last, receivedAt), head.last_received_at),
  };
}

function bodyHash({ body }: WebhookLine): string {
  return sha256Bytes(Buffer.from(body, 'base64')).toString('hex');
}

function deadProblem(brand: string, batch: string, dead: number, text: string): Problem[] {
  if (dead === 0) return [];
  return [problem('webhook_dead', `${dead} webhooks of ${brand} ${batch} could not be done (${text}): they are kept`, { brand, stream: 'webhook', batch, next: 'hub webhooks list --state dead; mend what they name, then hub webhooks replay --state dead' })];
}

function otherBodyProblem(brand: string, batch: string, count: number): Problem[] {
  if (count === 0) return [];
  return [problem('webhook_changed', `${count} webhooks of ${brand} ${batch} came again with another body: the first is kept`, { brand, stream: 'webhook', batch, next: 'Ask the sender why it uses an id of an event twice: hub webhooks list --source <id>' })];
}
