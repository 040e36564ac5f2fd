import ms from 'ms';

import type { Branded } from './brand.ts';

/**
 * A UTC instant as canonical text with microseconds: `2018-12-06 12:07:17.000000`.
 * Text order is time order, and both databases store and compare this form as it is.
 */
export type Instant = Branded<string, 'Instant'>;

/** A calendar date as canonical text: `2018-12-06`. Text order is date order. */
export type LocalDate = Branded<string, 'LocalDate'>;

/**
 * The load time of a lake partition: `20181206T120717Z` (billing.md, lake layout). Of batches that several servers write
 * at once, with the writer behind it: `20181206T120717Z-0` (serve.md, Journal). Text order is time order.
 */
export type BatchId = Branded<string, 'BatchId'>;

/** The source of "now"; passed in, so that a test or `--as-of` can fix it. */
export interface Clock {
  now(): Instant;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => instantFromMillis(Date.now()) };

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2}))?)?$/;
const BATCH = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z(?:-[a-z0-9]{1,16})?$/;
const HTTP_DATE = /^[A-Z][a-z]{2,8}, \d{2}[- ][A-Z][a-z]{2}[- ]\d{2,4} \d{2}:\d{2}:\d{2} GMT$/;
const HTTP_ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;
const MILLIS_PER_DAY = 86_400_000;

/**
 * Parses an instant in the shapes that billing exports hold (billing.md, field kinds): with or without a zone
 * (then UTC), `T` or a space, or a date alone (midnight). Digits beyond microseconds are cut.
 * Returns undefined for anything else, including dates that do not exist.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone] = match;
  if (!isCalendarDate(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const offset = zoneOffsetMinutes(zone);
  if (offset === undefined) return undefined;
  if (offset === 0) return `${year}-${month}-${day} ${hour}:${minute}:${second}.${micros}` as Instant;
  const millis =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) -
    offset * 60_000;
  const utc = new Date(millis).toISOString();
  // The offset can lead out of the years that have four digits.
  return /^[1-9]\d{3}-/.test(utc) ? (`${utc.slice(0, 19).replace('T', ' ')}.${micros}` as Instant) : undefined;
}

/** Parses `YYYY-MM-DD`, or takes the date part of an instant as it is written; undefined if it is neither. */
export function parseDate(text: string): LocalDate | undefined {
  const match = DATE.exec(text);
  if (match) return isCalendarDate(Number(match[1]), Number(match[2]), Number(match[3])) ? (text as LocalDate) : undefined;
  return parseInstant(text) === undefined ? undefined : (text.slice(0, 10) as LocalDate);
}

/** Parses a partition name `YYYYMMDDTHHMMSSZ`, also with `-<writer>` of 1 to 16 letters and digits; undefined if it is none. */
export function parseBatchId(text: string): BatchId | undefined {
  const match = BATCH.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second] = match.map(Number) as [0, number, number, number, number, number, number];
  return isCalendarDate(year, month, day) && hour < 24 && minute < 60 && second < 60 ? (text as BatchId) : undefined;
}

/** The instant that a partition name stands for. */
export function instantOfBatch(batch: BatchId): Instant {
  const [, year, month, day, hour, minute, second] = BATCH.exec(batch) ?? [];
  return `${year}-${month}-${day} ${hour}:${minute}:${second}.000000` as Instant;
}

/** The partition name of an instant, of a writer if one is named; parts of a second are cut. */
export function batchOfInstant(instant: Instant, writer?: string): BatchId {
  return `${instant.slice(0, 19).replace(/[-:]/g, '').replace(' ', 'T')}Z${writer === undefined ? '' : `-${writer}`}` as BatchId;
}

/** Midnight UTC of a date. */
export function startOfDay(date: LocalDate): Instant {
  return `${date} 00:00:00.000000` as Instant;
}

/** The UTC date of an instant. */
export function dateOf(instant: Instant): LocalDate {
  return instant.slice(0, 10) as LocalDate;
}

/** A day that every month has, and no more days are. */
const SHORTEST_MONTH = 28;

/** The date a number of days later (earlier if negative). */
export function addDays(date: LocalDate, days: number): LocalDate {
  const day = dayOf(date) + days;
  // Most steps stay in their month: they need no calendar.
  if (day >= 1 && day <= SHORTEST_MONTH) return `${date.slice(0, 8)}${twoDigits(day)}` as LocalDate;
  return new Date(midnightOf(date) + days * MILLIS_PER_DAY).toISOString().slice(0, 10) as LocalDate;
}

/** The date a number of months later; the day is cut to the length of the month (31 January + 1 = 28 February). */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const count = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12;
  const day = dayOf(date);
  const last = day <= SHORTEST_MONTH ? day : Math.min(day, new Date(Date.UTC(year, month + 1, 0)).getUTCDate());
  return `${String(year).padStart(4, '0')}-${twoDigits(month + 1)}-${twoDigits(last)}` as LocalDate;
}

/** Whole days from one date to another; negative if `to` is earlier. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (midnightOf(to) - midnightOf(from)) / MILLIS_PER_DAY;
}

function dayOf(date: LocalDate): number {
  return Number(date.slice(8, 10));
}

/** In milliseconds since 1970. */
function midnightOf(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function twoDigits(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** An instant from milliseconds since 1970 UTC. */
export function instantFromMillis(millis: number): Instant {
  return `${new Date(millis).toISOString().slice(0, 23).replace('T', ' ')}000` as Instant;
}

/** Milliseconds since 1970 UTC; microseconds are cut. */
export function millisOf(instant: Instant): number {
  return Date.parse(`${instant.slice(0, 23).replace(' ', 'T')}Z`);
}

/** An instant some milliseconds later. */
export function addMillis(instant: Instant, millis: number): Instant {
  return instantFromMillis(millisOf(instant) + millis);
}

/** ISO 8601 with milliseconds and `Z`, the form of reports and documents. */
export function toIso(instant: Instant): string {
  return `${instant.slice(0, 10)}T${instant.slice(11, 23)}Z`;
}

const STORED = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{6}$/;

/**
 * A text as commands print it: an instant as the databases hold it becomes ISO 8601 with `Z`, anything else stays. Like
 * toIso, but microseconds are shown where there are any: of two of them the later one decides which row wins.
 */
export function shownText(text: string): string {
  if (!STORED.test(text)) return text;
  return text.endsWith('000') ? toIso(text as Instant) : `${text.slice(0, 10)}T${text.slice(11)}Z`;
}

/** For JSON.stringify: every instant in a value as shownText has it. */
export function shownValue(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? shownText(value) : value;
}

/** Milliseconds of a duration with its unit: `90s`, `30m`, `24h`, `7d`; undefined if the text is none. */
export function parseDuration(text: string): number | undefined {
  const duration = /^\d+(\.\d+)?\s*[a-z]+$/i.test(text) ? ms(text as ms.StringValue) : Number.NaN;
  return Number.isFinite(duration) ? duration : undefined;
}

/** Whole seconds since 1970 UTC; parts of a second are cut. */
export function epochSeconds(instant: Instant): number {
  return Math.floor(millisOf(instant) / 1_000);
}

/** A Date of an instant, for libraries that take one. */
export function toDate(instant: Instant): Date {
  return new Date(millisOf(instant));
}

/**
 * Parses a date of HTTP in its three forms (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete
 * `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. Undefined for anything else.
 */
export function parseHttpDate(text: string): Instant | undefined {
  const zoned = HTTP_DATE.test(text) ? text : HTTP_ASCTIME.test(text) ? `${text} GMT` : undefined;
  const millis = zoned === undefined ? Number.NaN : Date.parse(zoned);
  return Number.isNaN(millis) ? undefined : instantFromMillis(millis);
}

/** A monotonic stopwatch: the returned function gives the milliseconds since the call. */
export function startTimer(): () => number {
  const start = performance.now();
  return () => Math.round(performance.now() - start);
}

/** The same in microseconds. */
export function startMicroTimer(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) * 1_000);
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || year < 1000) return false;
  if (day <= 28) return true;
  if (month === 2) return day === 29 && (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
  return day <= (month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31);
}

function zoneOffsetMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'UTC') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = zone.length > 3 ? Number(zone.slice(-2)) : 0;
  if (hours > 14 || minutes > 59) return undefined;
  const total = hours * 60 + minutes;
  return zone.startsWith('-') ? -total : total;
}
