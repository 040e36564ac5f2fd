import { instantOfBatch, type BatchId, type Instant } from '../../core/time.ts';

/** What a complaint is called; nothing that comes later takes it back. */
const COMPLAINT = 'complaint';
/** Dates before it are what programs write who know none. */
const FIRST_DATE = '1971-01-01 00:00:00.000000' as Instant;
const MIDNIGHT = ' 00:00:00.000000';
const END_OF_DAY = ' 23:59:59.999999';

/**
 * The instant for which an event counts: it cannot have happened after it was exported. So a date that lies far in the
 * future keeps nobody active for ever.
 */
export function effectiveAt(occurredAt: Instant, batch: BatchId): Instant {
  const exported = instantOfBatch(batch);
  return occurredAt < exported ? occurredAt : exported;
}

/**
 * The same of an unsubscription (e-mail specification, `email_subscriber`): a date alone, which exports write as midnight,
 * counts from the end of that day, and a date that cannot be true from the batch: one whose day, or whose instant, lies
 * before the first message.
 * @param firstMessage before which nobody can have left the brand
 */
export function objectsAt(occurredAt: Instant, batch: BatchId, firstMessage: Instant | null = null): Instant {
  const dated = occurredAt.endsWith(MIDNIGHT) ? (occurredAt.replace(MIDNIGHT, END_OF_DAY) as Instant) : occurredAt;
  return dated < earliestDate(firstMessage) ? instantOfBatch(batch) : effectiveAt(dated, batch);
}

/** Unsubscriptions dated before it count from their batch. */
export function earliestDate(firstMessage: Instant | null): Instant {
  return firstMessage !== null && firstMessage > FIRST_DATE ? firstMessage : FIRST_DATE;
}

/** The earliest date alone that an unsubscription may have: the day of that instant. */
export function earliestDay(firstMessage: Instant | null): Instant {
  return `${earliestDate(firstMessage).slice(0, 10)}${MIDNIGHT}` as Instant;
}

/** When somebody left, and why. */
interface Leaving {
  readonly at: Instant | null;
  readonly reason: string | null;
}

/**
 * Why somebody has left who has several times: a complaint stays, as no opt-in restores after it; else the latest reason,
 * and of two at one instant the one that sorts first.
 */
export function strongerReason(one: Leaving, other: Leaving): string | null {
  if (one.reason === null || other.reason === null) return one.reason ?? other.reason;
  if (one.reason === COMPLAINT || other.reason === COMPLAINT) return COMPLAINT;
  if (one.at !== other.at) return (one.at ?? '') > (other.at ?? '') ? one.reason : other.reason;
  return one.reason < other.reason ? one.reason : other.reason;
}
