import { HubError, messageOf } from './errors.ts';
import { scrub, scrubForeign } from './text/scrub.ts';

/**
 * A refusal, a warning or a failure of a run as data. What is not known of its place is absent. Never personal data,
 * never a secret: it is stored with the run, printed and logged.
 */
export interface Problem {
  /** Stable: programs may rely on it. Snake case, as codes of errors and reasons of rejected rows are. */
  readonly code: string;
  /** The same for people, as a sentence or a part of one. */
  readonly message: string;
  readonly brand?: string;
  /** The kind of records: `invoice`, `open`, `account` … */
  readonly stream?: string;
  readonly batch?: string;
  /** The file of a batch, a place in the lake, or a file that was given to the command. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  readonly column?: string;
  /** The command or the action that helps, where there is one. */
  readonly next?: string;
}

/** Where a problem is, and what to do about it, as far as it is known. */
export interface ProblemPlace {
  readonly brand?: string | null | undefined;
  readonly stream?: string | null | undefined;
  readonly batch?: string | null | undefined;
  readonly file?: string | null | undefined;
  readonly line?: number | null | undefined;
  readonly column?: string | null | undefined;
  readonly next?: string | null | undefined;
}

/** The one way to make a problem: what is not known is left out, and no text in it holds an address or a password. */
export function problem(code: string, message: string, { brand, stream, batch, file, line, column, next }: ProblemPlace = {}): Problem {
  const known = Object.entries({ brand, stream, batch, file, line, column, next }).flatMap(([name, value]) => {
    if (value === undefined || value === null || value === '') return [];
    return [[name, typeof value === 'string' ? scrub(value) : value] as const];
  });
  return { code, message: scrub(message), ...Object.fromEntries(known) };
}

/**
 * The problem that an error is: code, place and next step of a HubError, whose context says `entity` for a stream. The
 * message of any other error may quote values, which are taken out.
 */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof HubError)) {
    return problem('unexpected_error', scrubForeign(messageOf(error)), { next: 'Run it once more with --log-level debug; if it comes again, keep the log and report it.' });
  }
  const { context, kind, nextStep: next = kind === 'interrupted' ? 'Run the command again: it takes up what is left.' : undefined } = error;
  const text = (name: string): string | undefined => (context[name] === undefined ? undefined : String(context[name]));
  const line = typeof context['line'] === 'number' ? context['line'] : undefined;
  return problem(error.code, error.message, { brand: text('brand'), stream: text('entity'), batch: text('batch'), file: text('file'), line, column: text('column'), next });
}

/** The messages of problems: the warnings of a report. */
export function messagesOf(problems: readonly Problem[]): string[] {
  return problems.map(({ message }) => message);
}
