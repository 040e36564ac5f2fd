import { problemFields, type HubError } from '../../core/errors.ts';

/** Where the server writes what happened: ids, counts and places; never a query, a body, an address or an e-mail. */
export type ServeLog = Readonly<Record<'info' | 'warn' | 'error', (message: string, fields?: object) => void>>;

/** A line about something that went wrong and does not end the process. */
export function logProblem(log: ServeLog, problem: HubError): void {
  log.warn(problem.message, problemFields(problem));
}
