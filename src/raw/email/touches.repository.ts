import { encodeRow } from '../../core/row-text.ts';
import { instantOfBatch, type BatchId, type Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { RawRow } from '../row-parser.ts';
import type { EventFacts } from './event.ts';

/**
 * What newly stored events mean for a person or a contact: written with the events, taken off by the fold of the
 * subscribers. The bucket comes first in the key: touches of near persons stand together, contacts before persons, and
 * subjects that must be worked out anew after all others.
 */
export const emailTouches: TableSpec = {
  name: 'email_touches',
  columns: {
    brand: 'key!',
    bucket: 'key!',
    change_no: 'integer!',
    event: 'key!',
    lake_batch: 'key!',
    lake_row: 'integer!',
    subject: 'key!',
    email_md5: 'key',
    first_at: 'instant',
    last_at: 'instant',
    reason: 'key',
  },
  primaryKey: ['brand', 'bucket', 'change_no', 'event', 'lake_batch', 'lake_row', 'subject'],
};

/** `person`, `contact`: facts to merge. `again_…`: stored events changed, so all of the subject's count anew. */
export type TouchKind = 'person' | 'contact' | 'again_person' | 'again_contact';

/** A touch as the fold gets it. */
export interface Touch {
  readonly kind: TouchKind;
  readonly event: string;
  /** The SHA-256 of the address, or the id of the contact. */
  readonly subject: string;
  readonly emailMd5: string | null;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly reason: string | null;
}

/** Where touches are written to. */
interface TouchTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly brand: string;
  readonly entity: { readonly name: string };
  readonly changeNo: number;
}

/** Buckets sort around those of persons, two hex digits. */
const BUCKETS: Record<Exclude<TouchKind, 'person'>, string> = { contact: '!contact', again_contact: '~contact', again_person: '~person' };
const COLUMNS = Object.keys(emailTouches.columns);
const REASON = /^[!-~]{1,64}$/;

interface Draft {
  readonly kind: TouchKind;
  readonly subject: string;
  readonly facts: Pick<EventFacts, 'emailMd5'>;
  readonly row: Pick<RawRow, 'batch' | 'row'>;
  first: Instant | null;
  last: Instant | null;
  reason: string | null;
}

/**
 * The instant for which an event counts: it cannot have happened after it was exported. So a date that lies far in the
 * future keeps nobody active for ever.
 */
export function effectiveAt(occurredAt: Instant, batch: BatchId): Instant {
  const exported = instantOfBatch(batch);
  return occurredAt < exported ? occurredAt : exported;
}

/** The reason of an unsubscription as a word. */
export function reasonWord(reason: string | null): string {
  return reason !== null && REASON.test(reason) ? reason : 'other';
}

/** Whom an event concerns: the person of its address, else its contact; nobody for a test mail. */
export function subjectOf({ emailSha256, contactId }: Pick<EventFacts, 'emailSha256' | 'contactId'>): { kind: 'person' | 'contact'; subject: string } | undefined {
  if (emailSha256 !== null) return { kind: 'person', subject: emailSha256 };
  return contactId === null ? undefined : { kind: 'contact', subject: contactId };
}

/** The touches of a chunk of events, one for each subject. */
export class TouchList {
  readonly #drafts = new Map<string, Draft>();
  readonly #unsubscribes: boolean;

  constructor(event: string) {
    this.#unsubscribes = event === 'unsubscribe';
  }

  /** Notes an event that was added. What a machine did says nothing about a person. */
  add(row: RawRow): void {
    const { event } = row;
    const who = event === undefined || !event.human ? undefined : subjectOf(event);
    if (event === undefined || who === undefined) return;
    const at = effectiveAt(event.occurredAt, row.batch);
    const reason = this.#unsubscribes ? reasonWord(event.reason) : null;
    const known = this.#drafts.get(who.subject);
    if (known === undefined) {
      this.#drafts.set(who.subject, { ...who, facts: event, row, first: at, last: at, reason });
      return;
    }
    if (known.first === null || at < known.first) known.first = at;
    if (known.last === null || at > known.last || (at === known.last && (reason ?? '') < (known.reason ?? ''))) {
      known.last = at;
      known.reason = reason;
    }
  }

  /** Notes that stored events of a subject changed. */
  again(facts: Pick<EventFacts, 'emailSha256' | 'emailMd5' | 'contactId'>, row: Pick<RawRow, 'batch' | 'row'>): void {
    const who = subjectOf(facts);
    if (who === undefined) return;
    const kind = `again_${who.kind}` as const;
    this.#drafts.set(`${kind} ${who.subject}`, { kind, subject: who.subject, facts, row, first: null, last: null, reason: null });
  }

  /** Writes the touches in the transaction of the events, in key order. */
  async write({ database, tx, brand, entity, changeNo }: TouchTarget): Promise<void> {
    const rows = [...this.#drafts.values()].map(({ kind, subject, facts, row, first, last, reason }) => {
      const bucket = kind === 'person' ? subject.slice(0, 2) : BUCKETS[kind];
      return encodeRow([brand, bucket, String(changeNo), entity.name, row.batch, String(row.row), subject, facts.emailMd5, first, last, reason]);
    });
    await database.dialect.bulkReplace(tx, { table: emailTouches.name, columns: COLUMNS, rows: rows.sort(), replaced: 0 });
  }
}

/** A page of touches, the first in key order, and how to take them off. */
export interface TouchPage {
  readonly touches: readonly Touch[];
  remove(): Promise<void>;
}

/** The first touches of a brand, undefined if there are none. */
export async function firstTouches(database: Database, tx: Transaction, brand: string, limit: number): Promise<TouchPage | undefined> {
  const key = emailTouches.primaryKey.slice(1);
  const rows = await database.dialect.selectRows(
    tx,
    `select ${[...key, 'email_md5', 'first_at', 'last_at', 'reason'].join(', ')} from email_touches where brand = ? order by ${key.join(', ')} limit ${limit}`,
    [brand],
  );
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const touches = rows.map(([bucket, , event, , , subject, md5, firstAt, lastAt, reason]) => ({
    kind: kindOf(String(bucket)),
    event: String(event),
    subject: String(subject),
    emailMd5: md5 as string | null,
    firstAt: firstAt as Instant | null,
    lastAt: lastAt as Instant | null,
    reason: reason as string | null,
  }));
  return { touches, remove: () => removeUpTo(tx, brand, key, last.slice(0, key.length) as (string | number)[]) };
}

/** Deletes the touches of the brand up to a key. Spelt out, as not every server uses the index for a comparison of rows. */
async function removeUpTo(tx: Transaction, brand: string, key: readonly string[], last: readonly (string | number)[]): Promise<void> {
  const [bucket] = last;
  await tx(emailTouches.name).where({ brand }).where('bucket', '<', String(bucket)).delete();
  await tx(emailTouches.name)
    .where({ brand, bucket })
    .where((upTo) => {
      for (let depth = 1; depth < key.length; depth++) {
        void upTo.orWhere((prefix) => {
          for (let at = 1; at < depth; at++) void prefix.where(key[at] ?? '', last[at] ?? '');
          void prefix.where(key[depth] ?? '', depth === key.length - 1 ? '<=' : '<', last[depth] ?? '');
        });
      }
    })
    .delete();
}

function kindOf(bucket: string): TouchKind {
  const kinds = Object.keys(BUCKETS) as Exclude<TouchKind, 'person'>[];
  return kinds.find((kind) => BUCKETS[kind] === bucket) ?? 'person';
}
