import { encodeRow } from '../../core/text/row-text.ts';
import type { Instant } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { TableSpec } from '../../db/schema.ts';
import type { RawRow } from '../rows/row-parser.ts';
import type { EventFacts } from '../rows/event.ts';
import { effectiveAt, objectsAt, strongerReason } from './effective.ts';

/**
 * What newly stored events mean for persons and contacts: written with the events, taken off by the fold of the
 * subscribers. A row holds all deltas of a chunk in one bucket, as JSON: a row for each delta would cost half as much as
 * the events themselves. The bucket comes first in the key: deltas of near persons stand together, contacts before
 * persons, and subjects that must be worked out anew after all others.
 */
export const subjectDeltas: TableSpec = {
  name: 'email_touches',
  columns: {
    brand: 'key!',
    bucket: 'key!',
    touch_id: 'key!',
    event: 'key!',
    touches: 'integer!',
    content: 'longtext!',
  },
  primaryKey: ['brand', 'bucket', 'touch_id'],
};

/** `person`, `contact`: facts to merge. `again_…`: stored events changed, so all of the subject's count anew. */
export type SubjectDeltaKind = 'person' | 'contact' | 'again_person' | 'again_contact';

/** A delta as the fold gets it. */
export interface SubjectDelta {
  readonly kind: SubjectDeltaKind;
  readonly event: string;
  /** The SHA-256 of the address, or the id of the contact. */
  readonly subject: string;
  readonly emailMd5: string | null;
  readonly firstAt: Instant | null;
  readonly lastAt: Instant | null;
  readonly reason: string | null;
}

/** Where deltas are written to. */
interface DeltaTarget {
  readonly database: Database;
  readonly tx: Transaction;
  readonly brand: string;
  readonly entity: { readonly name: string };
}

/** Buckets sort around those of persons, two hex digits. */
const BUCKETS: Record<Exclude<SubjectDeltaKind, 'person'>, string> = { contact: '!contact', again_contact: '~contact', again_person: '~person' };
const COLUMNS = Object.keys(subjectDeltas.columns);
const REASON = /^[!-~]{1,64}$/;
/** Rows of the queue looked at for one page. */
const ROWS_AT_ONCE = 500;

interface Draft {
  readonly kind: SubjectDeltaKind;
  readonly subject: string;
  readonly emailMd5: string | null;
  first: Instant | null;
  last: Instant | null;
  reason: string | null;
}

/** A draft as it is stored. */
type Content = readonly [subject: string, emailMd5: string | null, first: Instant | null, last: Instant | null, reason: string | null];


/** The reason of an unsubscription as a word. */
export function reasonWord(reason: string | null): string {
  return reason !== null && REASON.test(reason) ? reason : 'other';
}

interface Subject {
  readonly kind: 'person' | 'contact';
  readonly subject: string;
  readonly emailMd5: string | null;
}

/** The deltas of a chunk of events, one for each subject. */
export class SubjectDeltas {
  readonly #drafts = new Map<string, Draft>();
  readonly #unsubscribes: boolean;

  /** @param unsubscribes true of objections */
  constructor(unsubscribes: boolean) {
    this.#unsubscribes = unsubscribes;
  }

  /** Notes an event that was added. What a machine did says nothing about a person. */
  add(row: RawRow): void {
    const { event } = row;
    if (event === undefined || !event.human) return;
    const at = (this.#unsubscribes ? objectsAt : effectiveAt)(event.occurredAt, row.batch);
    const reason = this.#unsubscribes ? reasonWord(event.reason) : null;
    for (const subject of this.#subjectsOf(event)) this.#merge({ ...subject, first: at, last: at, reason });
  }

  /** Notes that stored events of a subject changed. */
  again(facts: Pick<EventFacts, 'emailSha256' | 'emailMd5' | 'contactId'>): void {
    for (const { kind: of, ...subject } of this.#subjectsOf(facts)) {
      const kind = `again_${of}` as const;
      this.#drafts.set(`${kind} ${subject.subject}`, { kind, ...subject, first: null, last: null, reason: null });
    }
  }

  /**
   * Whom an event concerns: the person of its address, else its contact; nobody for a test mail. Both if it is an
   * unsubscription: the contact may have another address by now.
   */
  #subjectsOf({ emailSha256, emailMd5, contactId }: Pick<EventFacts, 'emailSha256' | 'emailMd5' | 'contactId'>): Subject[] {
    const person: Subject[] = emailSha256 === null ? [] : [{ kind: 'person', subject: emailSha256, emailMd5 }];
    const contact: Subject[] = contactId === null ? [] : [{ kind: 'contact', subject: contactId, emailMd5: null }];
    return this.#unsubscribes || person.length === 0 ? [...person, ...contact] : person;
  }

  #merge(draft: Draft & { readonly first: Instant; readonly last: Instant }): void {
    const key = `${draft.kind} ${draft.subject}`;
    const known = this.#drafts.get(key);
    if (known === undefined) {
      this.#drafts.set(key, draft);
      return;
    }
    known.reason = strongerReason({ at: known.last, reason: known.reason }, { at: draft.last, reason: draft.reason });
    if (known.first === null || draft.first < known.first) known.first = draft.first;
    if (known.last === null || draft.last > known.last) known.last = draft.last;
  }

  /**
   * Writes the deltas in the transaction of the events.
   * @param chunk a name that no other chunk of the brand's events has
   */
  async write({ database, tx, brand, entity }: DeltaTarget, chunk: string): Promise<void> {
    const buckets = new Map<string, Content[]>();
    for (const { kind, subject, emailMd5, first, last, reason } of this.#drafts.values()) {
      const bucket = kind === 'person' ? subject.slice(0, 2) : BUCKETS[kind];
      const contents = buckets.get(bucket);
      if (contents === undefined) buckets.set(bucket, [[subject, emailMd5, first, last, reason]]);
      else contents.push([subject, emailMd5, first, last, reason]);
    }
    const rows = [...buckets].map(([bucket, contents]) => encodeRow([brand, bucket, chunk, entity.name, String(contents.length), JSON.stringify(contents)]));
    await database.dialect.bulkReplace(tx, { table: subjectDeltas.name, columns: COLUMNS, rows: rows.sort(), replaced: 0 });
  }
}

/** A page of deltas, the first in key order, and how to take them off. */
export interface DeltaPage {
  readonly touches: readonly SubjectDelta[];
  remove(): Promise<void>;
}

/** The first deltas of a brand, about as many as asked for; undefined if there are none. */
export async function firstDeltas(database: Database, tx: Transaction, brand: string, wanted: number): Promise<DeltaPage | undefined> {
  const order = 'where brand = ? order by bucket, touch_id limit';
  const waiting = await database.dialect.selectRows(tx, `select touches from email_touches ${order} ${ROWS_AT_ONCE}`, [brand]);
  if (waiting.length === 0) return undefined;
  let [rows, sum] = [0, 0];
  while (rows < waiting.length && sum < wanted) sum += Number(waiting[rows++]?.[0]);
  const page = await database.dialect.selectRows(tx, `select bucket, touch_id, event, content from email_touches ${order} ${rows}`, [brand]);
  return {
    touches: page.flatMap(([bucket, , event, content]) => deltasOf(String(bucket), String(event), String(content))),
    async remove() {
      const ids = new Map<string, string[]>();
      for (const [bucket, id] of page) ids.set(String(bucket), [...(ids.get(String(bucket)) ?? []), String(id)]);
      for (const [bucket, deltaIds] of ids) await tx(subjectDeltas.name).where({ brand, bucket }).whereIn('touch_id', deltaIds).delete();
    },
  };
}

/** True if stored events of a brand wait for the fold. */
export async function hasDeltas(database: Database, brand: string, event: string): Promise<boolean> {
  const rows = await database.read((knex) => database.dialect.selectRows(knex, 'select 1 from email_touches where brand = ? and event = ? limit 1', [brand, event]));
  return rows.length > 0;
}

function deltasOf(bucket: string, event: string, content: string): SubjectDelta[] {
  const kind = kindOf(bucket);
  return (JSON.parse(content) as Content[]).map(([subject, emailMd5, firstAt, lastAt, reason]) => ({ kind, event, subject, emailMd5, firstAt, lastAt, reason }));
}

function kindOf(bucket: string): SubjectDeltaKind {
  const kinds = Object.keys(BUCKETS) as Exclude<SubjectDeltaKind, 'person'>[];
  return kinds.find((kind) => BUCKETS[kind] === bucket) ?? 'person';
}
