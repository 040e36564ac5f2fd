import type { Instant } from '../../core/time.ts';
import type { SubscriberTarget } from './subscribers.repository.ts';

const IDS_PER_QUERY = 500;

/**
 * When persons last bought at the brand: their newest subscription, by the creation of its first version; renewals and
 * amendments are no purchase, nor are drafts.
 */
export async function latestPurchases({ database, tx, brand }: SubscriberTarget, personIds: readonly string[]): Promise<Map<string, Instant>> {
  const found = new Map<string, Instant>();
  for (let start = 0; start < personIds.length; start += IDS_PER_QUERY) {
    const ids = personIds.slice(start, start + IDS_PER_QUERY);
    const rows = await database.dialect.selectRows(
      tx,
      `select a.person_id, max(s.created_date) from enriched_accounts a
        join raw_subscriptions s on s.brand = a.brand and s.account_id = a.account_id
        where a.brand = ? and a.person_id in (${ids.map(() => '?').join(',')})
          and s.deleted_at is null and s.created_date is not null and coalesce(s.status, '') <> 'Draft'
          and (s.original_id = s.source_id or (s.original_id is null and coalesce(s.version, 1) = 1))
        group by a.person_id`,
      [brand, ...ids],
    );
    for (const [personId, at] of rows) found.set(String(personId), at as Instant);
  }
  return found;
}

/** Unsubscribed persons whose records changed after one change number, up to another. */
export async function changedUnsubscribed({ database, tx, brand }: SubscriberTarget, after: number, upTo: number): Promise<string[]> {
  const rows = await database.dialect.selectRows(
    tx,
    `select distinct s.person_id from enriched_changes c
      join email_subscribers s on s.person_id = c.person_id
      where s.brand = ? and c.change_no > ? and c.change_no <= ? and s.unsubscribed_at is not null order by s.person_id`,
    [brand, after, upTo],
  );
  return rows.map(([id]) => String(id));
}

/** All unsubscribed persons of a brand. */
export async function allUnsubscribed({ database, tx, brand }: SubscriberTarget): Promise<string[]> {
  const rows = await database.dialect.selectRows(tx, 'select person_id from email_subscribers where brand = ? and unsubscribed_at is not null order by person_id', [brand]);
  return rows.map(([id]) => String(id));
}
