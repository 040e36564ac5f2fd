/**
 * What kind of failure an error is. The kind decides the exit code (main.ts) and whether a retry can help.
 *
 * - `usage`, `configuration`: the caller must change something (exit 2).
 * - `refused`: done, but part of the input was refused (exit 3).
 * - `locked`: another run holds the lock (exit 4).
 * - `not_fresh`: an upstream command did not succeed in time (exit 5).
 * - `transient`: database or lake unreachable, throttled; a retry can help (exit 6).
 * - `interrupted`: stopped by a signal after the current commit (exit 130 or 143).
 * - `unexpected`: everything else (exit 1).
 */
export type ErrorKind =
  'usage' | 'configuration' | 'refused' | 'locked' | 'not_fresh' | 'transient' | 'interrupted' | 'unexpected';

export interface HubErrorOptions {
  /** Where it happened: file, line, column, brand, entity, batch … Never personal data, never a secret. */
  context?: Record<string, string | number | undefined>;
  /** What the reader should do next, as a sentence. */
  nextStep?: string;
  cause?: unknown;
}

/** The one error class of hub: a kind, a stable code, a place and the next step. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly kind: ErrorKind;
  readonly code: string;
  readonly context: Record<string, string | number>;
  readonly nextStep: string | undefined;

  constructor(kind: ErrorKind, code: string, message: string, options: HubErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = kind;
    this.code = code;
    this.context = definedEntries(options.context ?? {});
    this.nextStep = options.nextStep;
  }
}

/** True if a retry of the same work can help. */
export function isTransient(error: unknown): boolean {
  return error instanceof HubError && error.kind === 'transient';
}

/** The message of anything thrown; `String(value)` for what has none. Errors of another realm count as well. */
export function messageOf(error: unknown): string {
  const { message } = Object(error) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}

/** The `code` property of anything thrown (`ECONNREFUSED`, `SQLITE_BUSY` …), followed through `cause`. */
export function codeOf(error: unknown): string | undefined {
  for (let current = error; typeof current === 'object' && current !== null; ) {
    const { code, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code;
    current = cause;
  }
  return undefined;
}

function definedEntries(context: Record<string, string | number | undefined>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(context).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number
  >;
}

/** An error as fields of a log line: its code, its place, what to do next. A driver's own code is its `cause`. */
export function problemFields(error: HubError): Record<string, string | number> {
  const { code: cause, ...place } = error.context;
  return {
    code: error.code,
    ...place,
    ...(cause === undefined || cause === '' ? {} : { cause }),
    ...(error.nextStep === undefined ? {} : { next: error.nextStep }),
  };
}
