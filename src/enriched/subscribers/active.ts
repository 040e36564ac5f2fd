import { addDays, startOfDay, type Instant, type LocalDate } from '../../core/time.ts';
import type { EmailState } from './state.ts';

/** A person as the e-mail of one brand knows it. */
export interface Subscriber extends Pick<EmailState, 'first_sent' | 'last_human_open' | 'last_human_click' | 'unsubscribed_at'> {
  readonly resubscribed_at: Instant | null;
}

/** False from the latest unsubscription on, until a new subscription after it. */
export function isSubscribed({ unsubscribed_at: left, resubscribed_at: back }: Pick<Subscriber, 'unsubscribed_at' | 'resubscribed_at'>): boolean {
  return left === null || (back !== null && back > left);
}

/**
 * "Active subscriber" (e-mail specification): subscribed, and a human open or click within the days before the date, or
 * the first message sent within them. The stored subscriber knows the last events only, so the date must not lie before
 * the last import.
 */
export function isActiveSubscriber(subscriber: Subscriber, date: LocalDate, activeDays: number): boolean {
  const since = startOfDay(addDays(date, -activeDays));
  const signs = [subscriber.last_human_open, subscriber.last_human_click, subscriber.first_sent];
  return isSubscribed(subscriber) && signs.some((at) => at !== null && at >= since);
}
