import type { Database, Transaction } from '../../db/database.ts';
import type { Fragment } from '../../db/dialect.ts';
import type { BatchId, Instant } from '../../core/time.ts';
import type { Entity } from '../../raw/contract.ts';
import { effectiveAt, reasonWord } from '../../raw/email/touches.repository.ts';
import { mergeStates, nothingKnown, stateOf, type EmailState } from './state.ts';

/** Whom events count for: the person of their address, or the contact where they name no address. */
export type SubjectColumn = 'email_sha256' | 'contact_id';

/** Where events are read. */
export interface EventSource {
  readonly database: Database;
  readonly tx: Transaction;
  readonly brand: string;
}

/** What the stored events of one kind say about their subjects, of those that meet the condition. */
export async function readEventStates(
  { database, tx, brand }: EventSource,
  by: SubjectColumn,
  event: Entity,
  condition: Fragment,
): Promise<Map<string, EmailState>> {
  const hasReason = event.name === 'unsubscribe';
  const humans = event.derived.some(({ sql }) => sql === 'machine_reason') ? 'and machine_reason is null' : '';
  const unaddressed = by === 'contact_id' ? 'and email_sha256 is null' : '';
  const rows = await database.dialect.selectRows(
    tx,
    `select ${by}, lake_batch, ${hasReason ? 'reason' : 'null'}, min(occurred_at), max(occurred_at) from ${event.table}
      where brand = ? and ${by} is not null and ${condition.sql} ${humans} ${unaddressed}
      group by ${by}, lake_batch${hasReason ? ', reason' : ''}`,
    [brand, ...condition.values],
  );
  const states = new Map<string, EmailState>();
  for (const [id, batch, why, first, last] of rows) {
    const span = {
      event: event.name,
      firstAt: effectiveAt(first as Instant, batch as BatchId),
      lastAt: effectiveAt(last as Instant, batch as BatchId),
      reason: hasReason ? reasonWord(why as string | null) : null,
    };
    states.set(String(id), mergeStates(states.get(String(id)) ?? nothingKnown, stateOf(span)));
  }
  return states;
}
