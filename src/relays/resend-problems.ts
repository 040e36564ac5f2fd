import { problem, type Problem } from '../core/problem.ts';
import { formatCount } from '../core/text/counts.ts';
import type { Halt } from './describe.ts';
import { relayStates, type RelayRow } from './outbox/relay.ts';

/** A destination with what keeps it from being sent to, and how many relays wait for it. */
export interface HaltedDestination {
  readonly id: string;
  readonly halt: Halt | undefined;
  readonly waiting: number;
  /** Its declaration is wrong: worth telling even if nothing waits. */
  readonly isBroken: boolean;
}

/** What waits for destinations that are not sent to. */
export function haltProblems(destinations: readonly HaltedDestination[]): Problem[] {
  return destinations.flatMap(({ id, halt, waiting, isBroken }) =>
    halt === undefined || (waiting === 0 && !isBroken) ? [] : [problem(halt.code, `${id}: ${waiting} waiting, ${halt.why}`, { next: halt.next })],
  );
}

/** The relays that a run gave up, by destination. */
export function givenUpProblems(dead: readonly { readonly id: string; readonly relays: number }[]): Problem[] {
  return dead.flatMap(({ id, relays }) => {
    const message = `${id}: ${formatCount(relays)} ${relays === 1 ? 'relay was' : 'relays were'} given up`;
    return relays === 0 ? [] : [problem('relay_given_up', message, { next: `hub relays list --status dead --destination ${id}` })];
  });
}

/** A relay that was named and not sent. @param force whatever its state was, it was to be sent */
export function unsentProblem(id: string, row: Pick<RelayRow, 'state' | 'has_body'> | undefined, force: boolean): Problem {
  if (row === undefined) return problem('relay_unknown', `${id}: there is no such relay`, { next: 'hub relays list' });
  if (row.has_body === 0) return problem('relay_without_body', `${id}: not sent, its body has been removed (${row.state})`, { next: `hub relays show ${id}` });
  const isForcible = !force && relayStates.includes(row.state) && row.state !== 'cancelled';
  const next = isForcible ? `hub resend-relays --id ${id} --force` : `hub relays show ${id}`;
  return problem('relay_not_sent', `${id}: not sent, it is ${row.state}${isForcible ? '; --force sends it' : ''}`, { next });
}
