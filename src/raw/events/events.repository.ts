import { instantOfBatch, type Instant } from '../../core/time.ts';
import type { StoredValues } from '../../db/dialect.ts';
import type { EventFacts } from '../rows/event.ts';
import type { RawRow } from '../rows/row-parser.ts';
import type { RawTarget } from '../store/raw-target.ts';
import { noteSpellings, type Spelling } from './spellings.repository.ts';
import { SubjectDeltas } from './subject-deltas.repository.ts';

/** A stored event whose row changed. */
export interface ChangedEvent {
  readonly row: RawRow;
  readonly before: { readonly hash: string; readonly subject: StoredSubject };
}

/** Whom a stored event concerns. */
export type StoredSubject = Pick<EventFacts, 'emailSha256' | 'emailMd5' | 'contactId'>;

/** The columns that tell whom a stored event concerns. */
export const SUBJECT_COLUMNS = ['email_sha256', 'email_md5', 'contact_id'];

/** @param values of SUBJECT_COLUMNS */
export function storedSubject([emailSha256, emailMd5, contactId]: StoredValues): StoredSubject {
  return { emailSha256: emailSha256 as string | null, emailMd5: emailMd5 as string | null, contactId: contactId as string | null };
}

/**
 * Notes what some rows mean for the persons whom they concern: a delta for each, and the spellings of addresses that object.
 * @param rows all that came, repeated ones too
 * @param added those of them that were not stored
 */
export async function noteEvents(target: RawTarget, rows: readonly RawRow[], added: readonly RawRow[], changed: readonly ChangedEvent[]): Promise<void> {
  const objects = target.entity.recipient?.objects === true;
  const deltas = new SubjectDeltas(objects);
  for (const row of added) deltas.add(row);
  for (const { row, before } of changed) {
    if (!changesFacts(objects, row, before.hash)) continue;
    deltas.again(before.subject);
    if (row.event !== undefined) deltas.again(row.event);
  }
  await deltas.write(target, chunkName(target, rows));
  await noteSpellings(target, rows.flatMap(({ event }) => spellingOf(event)));
}

/** Whether the row says anything else about a person; an earlier export of a future event, or of one without a true date, does. */
function changesFacts(objects: boolean, row: RawRow, hashBefore: string): boolean {
  return row.hash !== hashBefore || objects || (row.event?.occurredAt ?? ('' as Instant)) > instantOfBatch(row.batch);
}

/** The address of an objection, if its mailbox has several spellings. */
function spellingOf(event: EventFacts | undefined): Spelling[] {
  if (event === undefined || event.mailboxSha256 === null || event.emailSha256 === null) return [];
  return [{ mailboxSha256: event.mailboxSha256, emailSha256: event.emailSha256 }];
}

/** A row of a batch is in one chunk of a run only. */
function chunkName({ entity, changeNo }: RawTarget, rows: readonly RawRow[]): string {
  const [first] = rows;
  return [changeNo, entity.name, first?.batch, first?.row].join('.');
}
