import { HubError } from '../core/errors.ts';
import { addDays, addMonths, batchOfInstant, dateOf, instantOfBatch, parseBatchId, parseDate, parseInstant, type BatchId, type Clock, type LocalDate } from '../core/time.ts';
import type { DateRange } from '../engine/stage/person-queue.repository.ts';
import type { OptionValues } from './command.ts';
import { option } from './flag.ts';

/**
 * Dates are read in two steps: their form before anything is opened, and whether they fit today once the database, whose
 * clock counts, is open.
 */

/** How far a look ahead may go, in years: further than any term that is sold. A mistyped decade lies beyond. */
const MOST_YEARS_AHEAD = 5;
/** A day more than today, in UTC, is today somewhere. */
export const ONE_DAY_AHEAD = 1;
const [FIRST_DATE, LAST_DATE] = ['1000-01-01' as LocalDate, '9999-12-31' as LocalDate];

/** The range of what a command takes up, by when it came: batches, or instants that are read as their names. */
export const batchFlags = rangeFlags(batch);
/** The same options of commands that take it as the dates of records. */
const dateFlags = rangeFlags(date);

function rangeFlags<Value>(parse: (text: string, flag: string) => Value) {
  return {
    from: option('--from <date>', 'start of a date range, inclusive (YYYY-MM-DD, UTC)', parse),
    to: option('--to <date>', 'end of a date range, exclusive', parse),
  };
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
  const [from, to] = [batchFlags.from.of(options), batchFlags.to.of(options)];
  if (from === undefined && to === undefined) return undefined;
  if (from !== undefined && to !== undefined && from >= to) throw emptyRange();
  return { from, to };
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
  const [from, to] = [dateFlags.from.of(options), dateFlags.to.of(options)];
  if (from === undefined && to === undefined) return undefined;
  const range = { from: from ?? FIRST_DATE, to: to ?? LAST_DATE };
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

/** A date of the calendar, as an option names it. @throws HubError usage */
export function date(text: string, flag: string): LocalDate {
  const named = /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseDate(text) : undefined;
  if (named !== undefined) return named;
  throw new HubError('usage', 'invalid_date', `"${text}" is no date for ${flag}.`, { nextStep: 'Give YYYY-MM-DD.' });
}

function batch(text: string, flag: string): BatchId {
  const named = parseBatchId(text);
  if (named !== undefined) return named;
  const instant = parseInstant(text);
  if (instant !== undefined) return batchOfInstant(instant);
  throw new HubError('usage', 'invalid_date', `"${text}" is no date for ${flag}.`, {
    nextStep: 'Give YYYY-MM-DD, an ISO 8601 instant, or a batch name such as 20260301T050000Z.',
  });
}
