import { HubError } from '../core/errors.ts';
import { addDays, addMonths, batchOfInstant, dateOf, instantOfBatch, parseBatchId, parseDate, parseInstant, type BatchId, type Clock, type LocalDate } from '../core/time.ts';
import type { DateRange } from '../orders/queue.repository.ts';
import type { OptionValues } from './command.ts';

/**
 * Dates are read in two steps: their form before anything is opened, and whether they fit today once the database, whose
 * clock counts, is open.
 */

/** How far a look ahead may go, in years: further than any term that is sold. A mistyped decade lies beyond. */
const MOST_YEARS_AHEAD = 5;
/** A day more than today, in UTC, is today somewhere. */
export const ONE_DAY_AHEAD = 1;

/** The date of --as-of; undefined without it. */
export function asOfGiven(options: OptionValues): LocalDate | undefined {
  const text = options['asOf'] as string | undefined;
  return text === undefined ? undefined : dateNamed('--as-of', text);
}

/**
 * The date for which a command decides: the given one, or today (UTC).
 * @param ahead how many days later than today that may be if what is decided is stored; a dry run may look further
 * @throws HubError usage if the date lies beyond
 */
export function asOfDate(given: LocalDate | undefined, clock: Clock, { dryRun, ahead = 0 }: { readonly dryRun: boolean; readonly ahead?: number }): LocalDate {
  const today = dateOf(clock.now());
  if (given === undefined || given <= addDays(today, ahead)) return given ?? today;
  const furthest = furthestOf(today);
  if (dryRun && given <= furthest) return given;
  if (dryRun) throw tooFar('--as-of', given, today);
  throw new HubError('usage', 'future_date', `--as-of ${given} is later than today, ${today} (UTC): what is stored would be taken for what is true today.`, {
    nextStep: `Add --dry-run to look ahead, as far as ${furthest}; or leave --as-of out.`,
  });
}

/** The range of --from and --to as batch names; one of them may be open. */
interface GivenRange {
  readonly from: BatchId | undefined;
  readonly to: BatchId | undefined;
}

/** The range of --from and --to, half-open; undefined if neither is given. */
export function rangeGiven(options: OptionValues): GivenRange | undefined {
  const from = options['from'] as string | undefined;
  const to = options['to'] as string | undefined;
  if (from === undefined && to === undefined) return undefined;
  const range = { from: from === undefined ? undefined : batchNamed('--from', from), to: to === undefined ? undefined : batchNamed('--to', to) };
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) throw emptyRange();
  return range;
}

/**
 * A given range of what has happened, with both ends: without --to up to now.
 * @throws HubError usage if all of it lies in the future
 */
export function batchRange(given: GivenRange | undefined, clock: Clock): { from: BatchId; until: BatchId } | undefined {
  if (given === undefined) return undefined;
  const now = batchOfInstant(clock.now());
  const { from = '00010101T000000Z' as BatchId, to: until = now } = given;
  if (from < now) return { from, until };
  throw new HubError('usage', 'future_date', `--from ${dateOf(instantOfBatch(from))} lies in the future: today is ${dateOf(clock.now())} (UTC).`, {
    nextStep: 'Give a date that has come; --to alone may lie ahead.',
  });
}

/** The range of --from and --to as dates of records, half-open; undefined if neither is given. */
export function datesGiven(options: OptionValues): DateRange | undefined {
  const from = options['from'] as string | undefined;
  const to = options['to'] as string | undefined;
  if (from === undefined && to === undefined) return undefined;
  const range = {
    from: from === undefined ? ('1000-01-01' as LocalDate) : dateNamed('--from', from),
    to: to === undefined ? ('9999-12-31' as LocalDate) : dateNamed('--to', to),
  };
  if (range.from < range.to) return range;
  throw emptyRange();
}

/**
 * Records may have a date that is still to come, of a subscription that begins later, but none in the far future.
 * @throws HubError usage if the range begins there
 */
export function requireNearDates(range: DateRange | undefined, clock: Clock): void {
  const today = dateOf(clock.now());
  if (range !== undefined && range.from > furthestOf(today)) throw tooFar('--from', range.from, today);
}

function furthestOf(today: LocalDate): LocalDate {
  return addMonths(today, 12 * MOST_YEARS_AHEAD);
}

function tooFar(flag: string, date: LocalDate, today: LocalDate): HubError {
  return new HubError('usage', 'future_date', `${flag} ${date} is more than ${MOST_YEARS_AHEAD} years ahead of today, ${today} (UTC).`, {
    nextStep: `Give a date up to ${furthestOf(today)}.`,
  });
}

function emptyRange(): HubError {
  return new HubError('usage', 'empty_range', 'The date range is empty: --to is exclusive and must lie after --from.', {
    nextStep: 'For one day give that day and the next: --from 2026-03-01 --to 2026-03-02.',
  });
}

function dateNamed(flag: string, text: string): LocalDate {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseDate(text) : undefined;
  if (date !== undefined) return date;
  throw new HubError('usage', 'invalid_date', `"${text}" is no date for ${flag}.`, { nextStep: 'Give YYYY-MM-DD.' });
}

function batchNamed(flag: string, text: string): BatchId {
  const batch = parseBatchId(text);
  if (batch !== undefined) return batch;
  const instant = parseInstant(text);
  if (instant !== undefined) return batchOfInstant(instant);
  throw new HubError('usage', 'invalid_date', `"${text}" is no date for ${flag}.`, {
    nextStep: 'Give YYYY-MM-DD, an ISO 8601 instant, or a batch name such as 20260301T050000Z.',
  });
}
