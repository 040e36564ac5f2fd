import type { Instant } from '../../core/time.ts';
import { subscribers } from '../../enriched/subscribers/subscriber-tables.ts';
import type { EmailFact } from './email.ts';
import { textOf } from '../../db/dialect.ts';
import type { Source } from './subscriptions.repository.ts';

/** What the e-mail tool knows of the persons of a brand. */
export async function readSubscribers({ database, knex }: Source, brand: string): Promise<Map<string, EmailFact>> {
  const rows = await database.dialect.selectRows(
    knex,
    `select person_id, first_sent, last_human_open, last_human_click, unsubscribed_at, unsubscribed_reason, resubscribed_at from ${subscribers.name} where brand = ?`,
    [brand],
  );
  return new Map(
    rows.map(([personId, sent, open, click, left, reason, back]) => [
      String(personId),
      {
        personId: String(personId),
        first_sent: instantOf(sent),
        last_human_open: instantOf(open),
        last_human_click: instantOf(click),
        unsubscribed_at: instantOf(left),
        unsubscribed_reason: textOf(reason),
        resubscribed_at: instantOf(back),
      },
    ]),
  );
}

function instantOf(value: string | number | null | undefined): Instant | null {
  return textOf(value) as Instant | null;
}
