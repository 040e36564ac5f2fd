import { groupBy } from '../../core/group-by.ts';
import type { RelayState } from './relay.ts';

/** A relay as one of several versions of the same document to the same destination. */
export interface Sibling {
  readonly relayId: string;
  readonly subjectId: string;
  readonly version: number;
  readonly state: RelayState;
}

/** What to do with waiting relays of documents. */
export interface Succession {
  /** There is a newer version: they are not sent. */
  readonly cancel: readonly string[];
  /** An older version is on its way: sent later, so that versions arrive in order. */
  readonly defer: readonly string[];
  /** Older ones that would overtake if another worker claimed them now; they must be ours to cancel. */
  readonly overtaken: ReadonlyMap<string, readonly string[]>;
}

/**
 * Decides about candidates by all relays of their subjects: only the newest version is sent, and only when no older one
 * is in flight (relays.md).
 * @param siblings of all subjects of the candidates, the candidates included
 * @param candidates ids of relays that are due
 */
export function succession(siblings: readonly Sibling[], candidates: ReadonlySet<string>): Succession {
  const cancel: string[] = [];
  const defer: string[] = [];
  const overtaken = new Map<string, readonly string[]>();
  for (const relays of groupBy(siblings, ({ subjectId }) => subjectId).values()) {
    const newest = newestOf(relays);
    for (const relay of relays.filter(({ relayId }) => candidates.has(relayId))) {
      const older = relays.filter(({ relayId, version }) => version < relay.version && !candidates.has(relayId));
      if (relay.version < newest) cancel.push(relay.relayId);
      else if (older.some(({ state }) => state === 'in_flight')) defer.push(relay.relayId);
      else {
        const waiting = older.filter(({ state }) => state === 'pending' || state === 'retrying').map(({ relayId }) => relayId);
        if (waiting.length > 0) overtaken.set(relay.relayId, waiting);
      }
    }
  }
  return { cancel, defer, overtaken };
}

/** The waiting relays among the siblings that a newer version makes needless. */
export function superseded(siblings: readonly Sibling[]): string[] {
  return [...groupBy(siblings, ({ subjectId }) => subjectId).values()].flatMap((relays) => {
    const newest = newestOf(relays);
    return relays.filter(({ version, state }) => version < newest && (state === 'pending' || state === 'retrying')).map(({ relayId }) => relayId);
  });
}

function newestOf(relays: readonly Sibling[]): number {
  return Math.max(...relays.filter(({ state }) => state !== 'cancelled').map(({ version }) => version));
}
