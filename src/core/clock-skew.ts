import { HubError } from './errors.ts';
import { addMillis, millisOf, toIso, type Clock, type Instant } from './time.ts';

/** Clocks that are further apart than this are said to be. */
export const SAID_SKEW_MS = 60_000;
/** Clocks that are further apart than this leave it open which day it is: nothing is decided by date. */
export const REFUSED_SKEW_MS = 3_600_000;

/** What the clocks of this machine and of the database said at the same time. */
export interface ClockReading {
  readonly machine: Instant;
  readonly database: Instant;
  /** How far the database's clock is ahead, in ms; negative if behind; 0 if no difference can be told. */
  readonly skewMs: number;
}

/**
 * Compares the clocks.
 * @param before this machine's clock when the database was asked, and `after` when it had answered: what the database
 *   says may be of any moment in between, so only what lies outside is a difference
 */
export function compareClocks(before: Instant, database: Instant, after: Instant): ClockReading {
  const [early, theirs, late] = [before, database, after].map(millisOf) as [number, number, number];
  if (theirs < early) return { machine: before, database, skewMs: theirs - early };
  return { machine: after, database, skewMs: Math.max(0, theirs - late) };
}

/** A clock that is set by another one: it goes as its own does, and shows the difference more. */
export interface AdjustableClock extends Clock {
  adjust(skewMs: number): void;
}

/** The clock of this machine, to be set by that of the database once it is known. */
export function adjustableClock(own: Clock): AdjustableClock {
  let skew = 0;
  return {
    now: () => (skew === 0 ? own.now() : addMillis(own.now(), skew)),
    adjust(skewMs) {
      skew = skewMs;
    },
  };
}

/**
 * What is to be said of the clocks; undefined if they agree well enough.
 * @param decidesByDate whether what is about to run does other things on another day
 * @throws HubError configuration, in its place, if the clocks leave open which day it is
 */
export function cautionOf(reading: ClockReading, decidesByDate: boolean): HubError | undefined {
  const apart = Math.abs(reading.skewMs);
  if (apart <= SAID_SKEW_MS) return undefined;
  const { machine, database } = reading;
  const both = `The clock of this machine says ${toIso(machine)}, that of the database ${toIso(database)}: ${durationText(apart)} apart.`;
  const refused = decidesByDate && apart > REFUSED_SKEW_MS;
  const problem = new HubError('configuration', 'clock_skew', `${both} ${refused ? 'What decides by date does not run until they agree.' : 'That of the database counts.'}`, {
    nextStep: 'Set the clock that is wrong (NTP), most likely that of this machine; hub doctor compares them again.',
  });
  if (refused) throw problem;
  return problem;
}

/** `90 s`, `5 min`, `2 h 30 min`, `365 days`; to the nearest. */
function durationText(ms: number): string {
  const nearest = (amount: number, unit: number): number => Math.floor((amount + unit / 2) / unit);
  const seconds = nearest(ms, 1_000);
  const minutes = nearest(seconds, 60);
  if (seconds < 120) return `${seconds} s`;
  if (minutes < 120) return `${minutes} min`;
  if (minutes < 2_880) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${nearest(minutes, 1_440)} days`;
}
