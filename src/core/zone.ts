import { addDays, dateOf, instantFromMillis, millisOf, toDate, type Instant, type LocalDate } from './time.ts';

/** Formats of the zones that were asked for: making one takes longer than a hundred uses. */
const formats = new Map<string, Intl.DateTimeFormat>();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** True for a name of the IANA time zone database that this machine knows: `Europe/Zurich`, `UTC`. */
export function isZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * The calendar day of an instant in a zone.
 * @throws RangeError if there is no such zone
 */
export function dayIn(instant: Instant, zone: string): LocalDate {
  if (zone === 'UTC') return dateOf(instant);
  const millis = millisOf(instant);
  const shift = shiftOf(Math.floor(millis / DAY), zone);
  return shift === undefined ? (localTextOf(millis, zone).slice(0, 10) as LocalDate) : dateOf(instantFromMillis(millis + shift));
}

/** How far a zone is ahead of UTC, in milliseconds, by zone and day of UTC; undefined for a day on which that changes. */
const shifts = new Map<string, Map<number, number | undefined>>();

/** Asked for all rows of many: `Intl` takes a hundred times as long as an addition. No zone changes twice in a day and back. */
function shiftOf(day: number, zone: string): number | undefined {
  let known = shifts.get(zone);
  if (known === undefined) shifts.set(zone, (known = new Map<number, number | undefined>()));
  if (known.has(day)) return known.get(day);
  const [start, end] = [exactShift(day * DAY, zone), exactShift((day + 1) * DAY, zone)];
  const shift = start === end ? start : undefined;
  known.set(day, shift);
  return shift;
}

/** The same at a whole second. */
function exactShift(millis: number, zone: string): number {
  return Date.parse(localTextOf(millis, zone).replace(/,? /, 'T') + 'Z') - millis;
}

/**
 * The first instant of a day in a zone: midnight, or where the clock jumps over it the instant of the jump.
 * @throws RangeError if there is no such zone
 */
export function startOfDayIn(day: LocalDate, zone: string): Instant {
  // A zone is at most 14 hours ahead and 12 behind: somewhere in between the date changes to this day. Halving finds where.
  let before = Date.parse(`${day}T00:00:00Z`) - 15 * HOUR;
  let after = Date.parse(`${day}T00:00:00Z`) + 13 * HOUR;
  while (after - before > 1_000) {
    const middle = before + Math.floor((after - before) / 2_000) * 1_000;
    if (localTextOf(middle, zone).slice(0, 10) < day) before = middle;
    else after = middle;
  }
  return instantFromMillis(after);
}

/** The first instant after a day in a zone. */
export function endOfDayIn(day: LocalDate, zone: string): Instant {
  return startOfDayIn(addDays(day, 1), zone);
}

/**
 * The instant at which a clock in the zone shows a local time. Of one that it shows twice the earlier one; one that it jumps over is
 * read with the offset of before the jump, so that it lies behind it.
 * @param local canonical text as of an instant, `2026-03-20 10:00:03.000000`
 * @throws RangeError if there is no such zone
 */
export function instantIn(local: Instant, zone: string): Instant {
  const wanted = millisOf(local);
  // The offset of a day before is that of before a jump; a zone jumps once a day at most.
  const before = wanted - offsetAt(wanted - DAY, zone);
  const after = wanted - offsetAt(wanted + DAY, zone);
  const shown = [Math.min(before, after), Math.max(before, after)].find((millis) => millis + offsetAt(millis, zone) === wanted);
  return `${instantFromMillis(shown ?? before).slice(0, 23)}${local.slice(23)}` as Instant;
}

/** How far a clock in the zone is ahead of UTC at an instant, in milliseconds. */
function offsetAt(millis: number, zone: string): number {
  return shiftOf(Math.floor(millis / DAY), zone) ?? exactShift(Math.floor(millis / 1_000) * 1_000, zone);
}

/** `2026-11-28, 10:00:03` as a clock in the zone shows it. */
function localTextOf(millis: number, zone: string): string {
  return formatOf(zone).format(toDate(instantFromMillis(millis)));
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  // Swedish writes dates as ISO 8601 does; only zones are asked of Intl here, which are those of the IANA database.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
  formats.set(zone, format);
  return format;
}
