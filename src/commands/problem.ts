import type { HubError } from '../core/errors.ts';

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
