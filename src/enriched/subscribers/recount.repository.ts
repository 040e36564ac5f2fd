import { emailEvents } from '../../sources/index.ts';
import type { EventSource, SubjectColumn } from './event-source.ts';
import { readEventStates } from './event-spans.repository.ts';
import { readPurgedStates } from './purged-states.repository.ts';
import { mergeStates, nothingKnown, type EmailState } from './state.ts';

const IDS_PER_QUERY = 500;

/**
 * What all events say about addresses, or about contacts where they name no address: those that are stored, and those
 * that were purged. Reads the event tables whole, as they have no index on either: needed only where a stored event was
 * replaced, or a contact changed its address.
 */
export async function recount(source: EventSource, by: SubjectColumn, ids: readonly string[]): Promise<Map<string, EmailState>> {
  const states = new Map<string, EmailState>();
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    const some = ids.slice(start, start + IDS_PER_QUERY);
    const condition = { sql: `${by} in (${some.map(() => '?').join(',')})`, values: some };
    for (const event of emailEvents) mergeInto(states, await readEventStates(source, by, event, condition));
    mergeInto(states, await readPurgedStates(source, by, some));
  }
  return states;
}

function mergeInto(states: Map<string, EmailState>, more: ReadonlyMap<string, EmailState>): void {
  for (const [id, state] of more) states.set(id, mergeStates(states.get(id) ?? nothingKnown, state));
}
