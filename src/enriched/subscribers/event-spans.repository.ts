import type { Fragment } from '../../db/dialect.ts';
import type { BatchId, Instant } from '../../core/time.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import { earliestDate, earliestDay, effectiveAt, objectsAt } from '../../raw/events/effective.ts';
import { reasonWord } from '../../raw/events/subject-deltas.repository.ts';
import type { EventSource, SubjectColumn } from './event-source.ts';
import { firstMessageOf } from './first-message.repository.ts';
import { mergeStates, nothingKnown, stateOf, type EmailState, type EventSpan } from './state.ts';

/** What the stored events of one kind say about their subjects, of those that meet the condition. */
export async function readEventStates(source: EventSource, by: SubjectColumn, event: Entity, condition: Fragment): Promise<Map<string, EmailState>> {
  const states = new Map<string, EmailState>();
  const spans = event.name === 'unsubscribe' ? await leavings(source, by, event, condition) : await others(source, by, event, condition);
  for (const [subject, span] of spans) states.set(subject, mergeStates(states.get(subject) ?? nothingKnown, stateOf(span)));
  return states;
}

async function others({ database, tx, brand }: EventSource, by: SubjectColumn, event: Entity, { sql, values }: Fragment): Promise<[string, EventSpan][]> {
  const humans = event.derived.some((column) => column.sql === 'machine_reason') ? 'and machine_reason is null' : '';
  const unaddressed = by === 'contact_id' ? 'and email_sha256 is null' : '';
  const rows = await database.dialect.selectRows(
    tx,
    `select ${by}, lake_batch, min(occurred_at), max(occurred_at) from ${event.table}
      where brand = ? and ${by} is not null and ${sql} ${humans} ${unaddressed}
      group by ${by}, lake_batch`,
    [brand, ...values],
  );
  return rows.map(([subject, batch, first, last]) => {
    const at = (instant: unknown): Instant => effectiveAt(instant as Instant, batch as BatchId);
    return [String(subject), { event: event.name, firstAt: at(first), lastAt: at(last), reason: null }];
  });
}

/**
 * Unsubscriptions, which concern the person of the address and the contact too. Those whose date is to be taken in the
 * same way are grouped together: of them the first is the first also as it counts.
 */
async function leavings(source: EventSource, by: SubjectColumn, event: Entity, { sql, values }: Fragment): Promise<[string, EventSpan][]> {
  const { database, tx, brand } = source;
  const firstMessage = await firstMessageOf(source);
  const rows = await database.dialect.selectRows(
    tx,
    `select ${by}, lake_batch, reason, min(occurred_at), max(occurred_at),
      case when substr(occurred_at, 12) = '00:00:00.000000' and occurred_at >= ? then 1 when occurred_at < ? then 0 else 2 end as taken
      from ${event.table} where brand = ? and ${by} is not null and ${sql}
      group by ${by}, lake_batch, reason, taken`,
    [earliestDay(firstMessage), earliestDate(firstMessage), brand, ...values],
  );
  return rows.map(([subject, batch, why, first, last]) => {
    const at = (instant: unknown): Instant => objectsAt(instant as Instant, batch as BatchId, firstMessage);
    return [String(subject), { event: event.name, firstAt: at(first), lastAt: at(last), reason: reasonWord(why as string | null) }];
  });
}
