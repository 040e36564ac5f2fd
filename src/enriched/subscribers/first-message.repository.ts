import { compareText } from '../../core/compare.ts';
import type { Instant } from '../../core/time.ts';
import { earliestDate, earliestDay } from '../../raw/events/effective.ts';
import { unsubscribe } from '../../sources/email/unsubscribe.ts';
import type { EventSource } from './event-source.ts';
import { firstMessages } from './subscriber-tables.ts';

/** Somebody whose unsubscriptions have to be taken in another way. */
export interface Redated {
  readonly emailSha256: string | null;
  readonly emailMd5: string | null;
  readonly contactId: string | null;
}

/** When the brand wrote its first message, as the subscribers were brought up to date by last; null if that is not known. */
export async function firstMessageOf({ tx, brand }: Omit<EventSource, 'database'>): Promise<Instant | null> {
  const row = await tx<{ brand: string; first_sent: Instant }>(firstMessages.name).where({ brand }).first('first_sent');
  return row?.first_sent ?? null;
}

/**
 * Notes the brand's first message if it is another one than was known, or none after all, and gives whose unsubscriptions
 * are dated between the two: their date could not be true, or could, and now it is the other way round.
 */
export async function noteFirstMessage(source: EventSource): Promise<Redated[]> {
  const { database, tx, brand } = source;
  const before = await firstMessageOf(source);
  const [row] = await database.dialect.selectRows(tx, 'select min(first_sent) from email_subscribers where brand = ? and first_sent >= ?', [brand, earliestDate(null)]);
  const now = (row?.[0] ?? null) as Instant | null;
  if (now === before) return [];
  if (now === null) await tx(firstMessages.name).where({ brand }).delete();
  else await tx(firstMessages.name).insert({ brand, first_sent: now }).onConflict('brand').merge();
  const [earlier, later] = [before, now].sort((a, b) => compareText(earliestDate(a), earliestDate(b)));
  const rows = await database.dialect.selectRows(
    tx,
    `select distinct email_sha256, email_md5, contact_id from ${unsubscribe.table} where brand = ? and occurred_at >= ? and occurred_at < ?`,
    [brand, earliestDay(earlier ?? null), earliestDate(later ?? null)],
  );
  return rows.map(([emailSha256, emailMd5, contactId]) => ({ emailSha256: emailSha256 as string | null, emailMd5: emailMd5 as string | null, contactId: contactId as string | null }));
}
