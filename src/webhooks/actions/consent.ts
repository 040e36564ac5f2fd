import { sha256Hex } from '../../core/hash.ts';
import { readEmail } from '../../core/text/email.ts';
import { instantFromMillis, parseInstant, type Instant } from '../../core/time.ts';
import { consentAnswer } from '../../leads/fields/consent.ts';
import type { WebhookAction } from '../declare/source.ts';
import { valueAt } from '../pointer.ts';
import type { PlannedAction, ReadableEvent } from './planned-action.ts';

const MILLIS = 1_000;
/** A number of more than this is no seconds: they would be of the year 5138. */
const MOST_SECONDS = 100_000_000_000;

/**
 * What somebody has agreed to or refused. An answer from the future would be in force for ever: it counts from its receipt.
 */
export function planConsent({ email, purpose, granted, at, text }: Extract<WebhookAction, { kind: 'consent' }>, { content, event }: Pick<ReadableEvent, 'content' | 'event'>): PlannedAction {
  const address = valueAt(content, email);
  const plain = typeof address === 'string' ? readEmail(address) : undefined;
  if (plain === undefined) return { kind: 'dead', reason: 'no_address' };
  const answer = typeof granted === 'boolean' ? granted : answerOf(valueAt(content, granted));
  if (answer === undefined) return { kind: 'dead', reason: 'no_answer' };
  const said = at === undefined ? event.receivedAt : instantOf(valueAt(content, at));
  if (said === undefined) return { kind: 'dead', reason: 'no_time' };
  return { kind: 'consent', emailSha256: sha256Hex(plain), entry: { purpose, granted: answer, at: said < event.receivedAt ? said : event.receivedAt }, text: text ?? null };
}

/** Yes or no as senders write it; undefined for anything else. */
export function answerOf(value: unknown): boolean | undefined {
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? consentAnswer(String(value).trim()) : undefined;
}

/** ISO 8601 with an offset, or seconds or milliseconds since 1970. */
export function instantOf(value: unknown): Instant | undefined {
  if (typeof value === 'string') return parseInstant(value);
  if (typeof value !== 'number' || !Number.isSafeInteger(Math.trunc(value)) || value < 0) return undefined;
  return instantFromMillis(Math.trunc(value < MOST_SECONDS ? value * MILLIS : value));
}
