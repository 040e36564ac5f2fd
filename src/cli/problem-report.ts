import { HubError, codeOf, messageOf, type ErrorKind } from '../core/errors.ts';
import { scrub, scrubForeign } from '../core/text/scrub.ts';
import type { ReportedProblem } from '../monitoring/sentry.client.ts';

/** What nobody needs to be told of elsewhere: the caller's own mistake, the order of runs, a signal. */
const UNREPORTED: ReadonlySet<ErrorKind> = new Set(['usage', 'locked', 'interrupted']);

/**
 * An error as it may be reported to an outside service; undefined if it need not be. The message of its cause stays
 * here: drivers put statements with their values into it.
 */
export function problemReport(error: unknown, command: string, version: string): ReportedProblem | undefined {
  const own = error instanceof HubError ? error : undefined;
  if (own !== undefined && UNREPORTED.has(own.kind)) return undefined;
  const code = own?.code ?? 'unexpected_error';
  const message = own === undefined ? scrubForeign(messageOf(error)) : scrub(own.message);
  const place = Object.entries(own?.context ?? {}).map(([name, value]): [string, string | number] => [name, typeof value === 'string' ? scrub(value) : value]);
  return {
    level: 'error',
    code,
    message,
    stack: [`${code}: ${message}`, ...framesOf(error)].join('\n'),
    version,
    tags: { command, kind: own?.kind ?? 'unexpected' },
    details: {
      ...(Object.fromEntries(place) as Record<string, string | number>),
      ...(own?.nextStep === undefined ? {} : { next: scrub(own.nextStep) }),
      ...(own?.cause === undefined ? {} : { cause: originOf(own.cause) }),
    },
  };
}

/** The report of a run that is done, but part of whose input was refused. */
export function refusalReport(command: string, version: string): ReportedProblem {
  const message = `${command} is done, but part was refused.`;
  return { level: 'warning', code: 'refused', message, stack: undefined, version, tags: { command, kind: 'refused' }, details: {} };
}

/** Where an error comes from, without its message. */
export function originOf(error: unknown): Record<string, unknown> {
  return { error: error instanceof Error ? error.name : typeof error, code: codeOf(error), at: framesOf(error).map((line) => line.trim()) };
}

function framesOf(error: unknown): string[] {
  return error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : [];
}
