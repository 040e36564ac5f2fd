import type { BatchId, Instant } from '../../core/time.ts';
import { effectiveAt, reasonWord } from '../../raw/email/touches.repository.ts';
import { emailEvents } from '../../raw/entities/index.ts';
import { mergeStates, nothingKnown, stateOf, type EmailState } from './state.ts';
import type { SubscriberTarget } from './subscribers.repository.ts';

const IDS_PER_QUERY = 500;

/**
 * What all stored events say about addresses, or about contacts where they name no address. Reads the event tables whole,
 * as they have no index on either: needed only where a stored event was replaced, or a contact changed its address.
 */
export async function recount(target: SubscriberTarget, by: 'email_sha256' | 'contact_id', ids: readonly string[]): Promise<Map<string, EmailState>> {
  const states = new Map<string, EmailState>();
  for (let start = 0; start < ids.length; start += IDS_PER_QUERY) {
    for (const { name } of emailEvents) await recountEvent(target, by, ids.slice(start, start + IDS_PER_QUERY), name, states);
  }
  return states;
}

async function recountEvent(
  { database, tx, brand }: SubscriberTarget,
  by: 'email_sha256' | 'contact_id',
  ids: readonly string[],
  event: string,
  states: Map<string, EmailState>,
): Promise<void> {
  const table = emailEvents.find(({ name }) => name === event);
  if (table === undefined) return;
  const reason = event === 'unsubscribe' ? 'reason' : 'null';
  const humans = table.derived.some(({ sql }) => sql === 'machine_reason') ? 'and machine_reason is null' : '';
  const unaddressed = by === 'contact_id' ? 'and email_sha256 is null' : '';
  const rows = await database.dialect.selectRows(
    tx,
    `select ${by}, lake_batch, ${reason}, min(occurred_at), max(occurred_at) from ${table.table}
      where brand = ? and ${by} in (${ids.map(() => '?').join(',')}) ${humans} ${unaddressed}
      group by ${by}, lake_batch${event === 'unsubscribe' ? ', reason' : ''}`,
    [brand, ...ids],
  );
  for (const [id, batch, why, first, last] of rows) {
    const span = {
      event,
      firstAt: effectiveAt(first as Instant, batch as BatchId),
      lastAt: effectiveAt(last as Instant, batch as BatchId),
      reason: event === 'unsubscribe' ? reasonWord(why as string | null) : null,
    };
    states.set(String(id), mergeStates(states.get(String(id)) ?? nothingKnown, stateOf(span)));
  }
}
