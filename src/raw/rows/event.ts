import { replaceAddresses } from '../../core/text/addresses.ts';
import { mailboxOf, readEmail } from '../../core/text/email.ts';
import { plainId } from '../../core/text/platform-id.ts';
import { md5Hex, sha256Hex } from '../../core/hash.ts';
import { encodeRow } from '../../core/text/row-text.ts';
import type { Instant } from '../../core/time.ts';
import type { Entity, Recipient } from '../../sources/contract/contract.ts';
import { storedColumns } from './table.ts';
import { machineReason } from './machines.ts';

/** What an event says about whom it concerns. */
export interface EventFacts {
  /** Of the address; null if the event names none. */
  readonly emailSha256: string | null;
  readonly emailMd5: string | null;
  readonly contactId: string | null;
  /** Of an unsubscription: of the mailbox, if its address is one of several spellings (core/text/email.ts, mailboxOf). */
  readonly mailboxSha256: string | null;
  /** The exporter's id; null if it names nothing. */
  readonly eventId: string | null;
  readonly occurredAt: Instant;
  /** False for what a machine did. */
  readonly human: boolean;
  /** Of an unsubscription. */
  readonly reason: string | null;
  /** Why it can be joined to nobody. */
  readonly unjoined: UnjoinedReason | null;
}

/** `no_recipient`: neither address nor contact; `unreadable_address`: what stands in its place is none. */
export type UnjoinedReason = 'no_recipient' | 'unreadable_address';

/**
 * Completes a parsed row in place: its key and the derived columns. `email` is the address as it came. An objection of
 * nobody is refused, so that somebody sees it.
 */
export type EventCompletion = (row: (string | null)[], email: string | null) => EventFacts | { readonly refused: UnjoinedReason };

const KEY = /^[!-~]{1,64}$/;
/** What exporters write for an id that they do not have; zeros alone are one. */
const NO_ID = /^(?:[0-]+|\\n|null|none|nan|n\/a|undefined)$/i;
const HASH_LENGTH = 32;

/**
 * How the events of an entity are completed (e-mail specification, "import-email"): an event is keyed by its EventId and
 * whom it concerns, one without EventId by a hash of brand, event, MessageId, address or contact, OccurredAt and Url; an
 * address is replaced by its hashes, wherever it stands; the id of a contact gets the platform's spelling; opens and clicks by machines are marked.
 */
export function eventCompletion(entity: Entity, recipient: Recipient, brand: string): EventCompletion {
  const names = [...storedColumns(entity).map(({ sql }) => sql), 'extra'];
  const at = (name: string): number => names.indexOf(name);
  const [message, contact, occurred, url, sha256, md5] = ['message_id', 'contact_id', 'occurred_at', 'url', 'email_sha256', 'email_md5'].map(at) as
    [number, number, number, number, number, number];
  const [reason, machine, agent, address] = ['reason', 'machine_reason', 'user_agent', 'ip_address'].map(at) as [number, number, number, number];
  const flag = Math.max(at('is_machine'), at('is_bot'));
  const texts = recipient.texts.map(at).filter((index) => index >= 0);
  const value = (row: readonly (string | null)[], index: number): string | null => row[index] ?? null;

  return (row, named) => {
    const text = recipientOf(named, value(row, contact));
    const contactId = value(row, contact);
    if (contactId !== null) row[contact] = contactId.includes('@') ? null : plainId(contactId);
    const email = readEmail(text);
    const unjoined = whyUnjoined(text, email, value(row, contact));
    if (recipient.objects && unjoined !== null) return { refused: unjoined };
    const eventId = keyOf(value(row, 0));
    const key = eventId ?? hashOf([brand, entity.name, value(row, message), email ?? value(row, contact), value(row, occurred), value(row, url)]);
    for (const index of texts) {
      const free = value(row, index);
      if (free !== null) row[index] = replaceAddresses(free, hashedAddress);
    }
    if (email !== undefined) {
      row[sha256] = sha256Hex(email);
      row[md5] = md5Hex(email);
    }
    row[0] = identityOf(key, value(row, sha256) ?? value(row, contact));
    if (machine >= 0) {
      row[machine] = machineReason({ flagged: value(row, flag) === '1', userAgent: value(row, agent), ipAddress: value(row, address) });
    }
    const mailbox = recipient.objects && email !== undefined ? mailboxOf(email) : undefined;
    return {
      emailSha256: value(row, sha256),
      emailMd5: value(row, md5),
      contactId: value(row, contact),
      mailboxSha256: mailbox === undefined ? null : sha256Hex(mailbox),
      eventId: eventId ?? null,
      occurredAt: (value(row, occurred) ?? '') as Instant,
      human: value(row, machine) === null,
      reason: value(row, reason),
      unjoined,
    };
  };
}

/**
 * The key under which an event is stored. One event may name several recipients, so whom it concerns is part of it. What
 * stands in the table is enough to make it: the migration to it does (migrations/0019).
 */
export function identityOf(key: string, subject: string | null): string {
  return sha256Hex(`${key} ${subject ?? ''}`).slice(0, HASH_LENGTH);
}

/** The text that names the recipient. Some exporters have the address as the id of a contact: alone, or once more. */
function recipientOf(email: string | null, contactId: string | null): string | null {
  if (contactId?.includes('@') !== true) return email;
  if (email === null || email.trim() === '') return contactId;
  return readEmail(email) === readEmail(contactId) ? email : `${email} ${contactId}`;
}

function whyUnjoined(text: string | null, email: string | undefined, contactId: string | null): UnjoinedReason | null {
  if (email !== undefined) return null;
  if (text !== null && text.trim() !== '') return 'unreadable_address';
  return contactId === null ? 'no_recipient' : null;
}

/** The exporter's id, or its hash where it is longer than a key; undefined if it names nothing. */
function keyOf(eventId: string | null): string | undefined {
  const id = eventId?.trim() ?? '';
  return id === '' || NO_ID.test(id) ? undefined : KEY.test(id) ? id : hashOf([id]);
}

function hashOf(values: readonly (string | null)[]): string {
  return sha256Hex(encodeRow(values)).slice(0, HASH_LENGTH);
}

function hashedAddress(address: string): string {
  return `sha256:${sha256Hex(address)}`;
}
