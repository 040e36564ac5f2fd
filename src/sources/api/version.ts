import { addDays, addMonths, type LocalDate } from '../../core/time.ts';

/** A version of an API that a definition was written for. */
export interface ApiVersion {
  readonly value: string;
  readonly released: LocalDate;
  /** When it stops answering; null if the platform has not said, `never` if versions stay. */
  readonly ends: LocalDate | 'never' | null;
  /** The shortest time that the platform promises a version, in months, where it names no end. */
  readonly promiseMonths?: number;
  /** When this was read at the platform. */
  readonly known: LocalDate;
}

/** `dead`: another version may answer, or none. */
export interface VersionState {
  readonly state: 'ok' | 'warn' | 'dead';
  readonly ends: LocalDate | null;
  /** The platform has not said when: it is released + its shortest promise. */
  readonly assumed: boolean;
}

const WARNED_DAYS = 60;

/** How a version stands on a day: warned of from 60 days before its end (sources specification, engine 1). */
export function versionState({ released, ends, promiseMonths }: Pick<ApiVersion, 'released' | 'ends' | 'promiseMonths'>, today: LocalDate): VersionState {
  const assumed = ends === null && promiseMonths !== undefined;
  const end = ends === 'never' ? null : (ends ?? (promiseMonths === undefined ? null : addMonths(released, promiseMonths)));
  if (end === null) return { state: 'ok', ends: null, assumed: false };
  const state = today >= end ? 'dead' : today >= addDays(end, -WARNED_DAYS) ? 'warn' : 'ok';
  return { state, ends: end, assumed };
}

/** The version that an answer names, if it is another one than the pinned one; undefined if it is the same, or not named. */
export function otherVersion(pinned: string, header: string | undefined, headers: Readonly<Record<string, string>>): string | undefined {
  const served = header === undefined ? undefined : headers[header];
  return served === undefined || served === '' || served === pinned ? undefined : served;
}
