import { problem, type Problem } from '../../core/problem.ts';
import { formatCount } from '../../core/text/counts.ts';
import type { Unjoined } from './unjoined.repository.ts';

/** Their codes: the report of an import has a line for each. */
export const unjoinedCodes = ['contacts_unknown', 'objections_waiting'] as const;

/** What follows of events that are joined to nobody. */
export function unjoinedProblems({ objectionsWaiting: waiting, contactsUnknown: unknown }: Unjoined): Problem[] {
  const found: Problem[] = [];
  const add = (code: (typeof unjoinedCodes)[number], message: string, stream: string | undefined, next: string): void => void found.push(problem(code, message, { stream, next }));
  if (unknown > 0) {
    add('contacts_unknown', `${formatCount(unknown)} contacts that events name are not known to billing: what the events say counts for nobody yet`, undefined, 'they count as soon as hub import-billing brings these contacts with an address');
  }
  if (waiting > 0) {
    const rows = waiting === 1 ? '1 unsubscription waits' : `${formatCount(waiting)} unsubscriptions wait`;
    add('objections_waiting', `${rows} in quarantine: no list of the brand is delivered until all are replayed or discarded`, 'unsubscribe', 'hub quarantine list --entity unsubscribe');
  }
  return found;
}
