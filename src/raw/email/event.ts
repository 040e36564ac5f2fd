import { normaliseEmail, replaceAddresses } from '../../core/email.ts';
import { md5Hex, sha256Hex } from '../../core/hash.ts';
import { encodeRow } from '../../core/row-text.ts';
import type { Instant } from '../../core/time.ts';
import type { Entity } from '../contract.ts';
import { storedColumns } from '../table.ts';
import { machineReason } from './machines.ts';

/** What an event says about whom it concerns. */
export interface EventFacts {
  /** Of the address; null if the event names none. */
  readonly emailSha256: string | null;
  readonly emailMd5: string | null;
  readonly contactId: string | null;
  readonly occurredAt: Instant;
  /** False for what a machine did. */
  readonly human: boolean;
  /** Of an unsubscription. */
  readonly reason: string | null;
}

/** Completes a parsed row in place: its key and the derived columns. `email` is the address as it came. */
export type EventCompletion = (row: (string | null)[], email: string | null) => EventFacts;

const KEY = /^[!-~]{1,64}$/;
const HASH_LENGTH = 32;
/** Columns of free text in which an address may stand. */
const MAY_HOLD_ADDRESSES = ['campaign_name', 'url', 'user_agent', 'reason', 'scope', 'extra'];

/**
 * How the events of an entity are completed (e-mail specification, "import-email"): an event without EventId is keyed by
 * a hash of brand, event, MessageId, address or contact, OccurredAt and Url; an address is replaced by its hashes,
 * wherever it stands; opens and clicks by machines are marked.
 */
export function eventCompletion(entity: Entity, brand: string): EventCompletion {
  const names = [...storedColumns(entity).map(({ sql }) => sql), 'extra'];
  const at = (name: string): number => names.indexOf(name);
  const [message, contact, occurred, url, sha256, md5] = ['message_id', 'contact_id', 'occurred_at', 'url', 'email_sha256', 'email_md5'].map(at) as
    [number, number, number, number, number, number];
  const [reason, machine, agent, address] = ['reason', 'machine_reason', 'user_agent', 'ip_address'].map(at) as [number, number, number, number];
  const flag = Math.max(at('is_machine'), at('is_bot'));
  const texts = MAY_HOLD_ADDRESSES.map(at).filter((index) => index >= 0);
  const value = (row: readonly (string | null)[], index: number): string | null => row[index] ?? null;

  return (row, email) => {
    const normalised = normaliseEmail(email);
    row[0] = keyOf(value(row, 0)) ?? hashOf([brand, entity.name, value(row, message), normalised ?? value(row, contact), value(row, occurred), value(row, url)]);
    for (const index of texts) {
      const text = value(row, index);
      if (text !== null) row[index] = replaceAddresses(text, hashedAddress);
    }
    if (normalised !== undefined) {
      row[sha256] = sha256Hex(normalised);
      row[md5] = md5Hex(normalised);
    }
    if (machine >= 0) {
      row[machine] = machineReason({ flagged: value(row, flag) === '1', userAgent: value(row, agent), ipAddress: value(row, address) });
    }
    return {
      emailSha256: value(row, sha256),
      emailMd5: value(row, md5),
      contactId: value(row, contact),
      occurredAt: (value(row, occurred) ?? '') as Instant,
      human: value(row, machine) === null,
      reason: value(row, reason),
    };
  };
}

/** The exporter's id, or its hash where the key column cannot hold it. */
function keyOf(eventId: string | null): string | undefined {
  const id = eventId?.trim() ?? '';
  return id === '' ? undefined : KEY.test(id) ? id : hashOf([id]);
}

function hashOf(values: readonly (string | null)[]): string {
  return sha256Hex(encodeRow(values)).slice(0, HASH_LENGTH);
}

function hashedAddress(address: string): string {
  return `sha256:${sha256Hex(address)}`;
}
