import type { Instant } from '../../core/time.ts';

/** Why the work on a stream, or on all of an account, ends before it is done. */
export interface StopReason {
  readonly scope: 'stream' | 'account';
  /** True: a later run can do better without anybody's help. */
  readonly transient: boolean;
  /** Stable, snake case. */
  readonly code: string;
  /** A sentence without values of records and credentials. */
  readonly message: string;
  readonly next: string;
  /** The platform has no room before. */
  readonly until?: Instant;
}

/** Ends a stream or an account; the others go on. */
export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason.message);
    this.reason = reason;
  }
}

/** The slice asks for too much at once. */
export class SliceTooLarge extends Error {}

/** A page of the slice is gone at the platform: it begins anew. */
export class SliceOutdated extends Error {}

/** A job is said to be done, and its result is not there yet. */
export class ResultNotReady extends Error {}

/** Ends a stream for good: somebody must change something. */
export function failed(code: string, message: string, next: string): Stopped {
  return new Stopped({ scope: 'stream', transient: false, code, message, next });
}

/** Ends a stream for now. */
export function gaveUp(code: string, message: string, next = 'Nothing to do: the next run takes it up again.'): Stopped {
  return new Stopped({ scope: 'stream', transient: true, code, message, next });
}
