import { dateOf, daysBetween, instantOfBatch, type BatchId, type LocalDate } from '../../core/time.ts';

/** Exports come daily; one that is late by a day is looked for. */
export const FRESH_DAYS = 2;

/** The date of a batch. */
export function dayOfBatch(batch: BatchId): LocalDate {
  return dateOf(instantOfBatch(batch));
}

/** How many days before a date a batch was exported. */
export function daysSince(batch: BatchId, date: LocalDate): number {
  return daysBetween(dayOfBatch(batch), date);
}

/** True if a feed whose newest batch this is has not come for two days. */
export function isLate(newest: BatchId, date: LocalDate): boolean {
  return daysSince(newest, date) >= FRESH_DAYS;
}
