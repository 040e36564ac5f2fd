import { eventRecord, type UserHash } from '../../events/track.ts';
import type { WebhookAction } from '../declare/source.ts';
import { valueAt } from '../pointer.ts';
import { answerOf, instantOf } from './consent.ts';
import type { PlannedAction, ReadableEvent } from './planned-action.ts';

/** A tracked event, if its person has agreed to analytics: without personal data, as if it had come to /v1/events. */
export function planTracked({ name, properties, consent, email, at }: Extract<WebhookAction, { kind: 'event' }>, { content, event }: Pick<ReadableEvent, 'content' | 'event'>, userHash: UserHash): PlannedAction {
  if (consent !== true && answerOf(valueAt(content, consent)) !== true) return { kind: 'ignored', reason: 'no_consent' };
  const fields = valueAt(content, properties);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return { kind: 'dead', reason: 'no_properties' };
  const occurredAt = at === undefined ? event.receivedAt : instantOf(valueAt(content, at));
  if (occurredAt === undefined) return { kind: 'dead', reason: 'no_time' };
  const address = email === undefined ? undefined : valueAt(content, email);
  return {
    kind: 'event',
    record: eventRecord(
      { eventId: event.webhookId, name, occurredAt, properties: fields as Record<string, unknown>, email: typeof address === 'string' ? address : undefined, isTest: false },
      { brand: event.brand, source: event.source, key: null, receivedAt: event.receivedAt, userHash: (id) => userHash(event.brand, id) },
    ),
  };
}
