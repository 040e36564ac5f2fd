import { compareText } from '../../core/compare.ts';
import { addMillis, type Instant } from '../../core/time.ts';

/** A valid lead of a person at a brand. */
export interface ContactLead {
  readonly kind: 'lead';
  readonly id: string;
  readonly at: Instant;
  readonly form: string;
  /** False: the form asks for marketing_email and did not get it. */
  readonly mayRestore: boolean;
}

/** Somebody left: an unsubscription of the e-mail tool, of a webhook, of the API. */
export interface ContactRemoval {
  readonly kind: 'removal';
  readonly id: string;
  readonly at: Instant;
}

export type ContactEvent = ContactLead | ContactRemoval;

/** What a valid lead becomes, or that a removal removed. */
export interface ContactStep {
  readonly event: ContactEvent;
  readonly outcome: 'created' | 'duplicate' | 'restored' | 'removed';
  readonly reason: 'resubmitted' | 'known_contact' | 'still_removed' | null;
}

/** Step 9: what somebody is for a brand. */
export interface Contact {
  readonly state: 'active' | 'removed';
  readonly leads: number;
  readonly duplicates: number;
  readonly restored: number;
  readonly firstLead: Instant | null;
  readonly lastLead: Instant | null;
  readonly removedAt: Instant | null;
  readonly restoredAt: Instant | null;
}

export interface FoldedContact {
  /** Undefined if there was no event. */
  readonly contact: Contact | undefined;
  /** In the order of time. */
  readonly steps: readonly ContactStep[];
}

const NEW: Contact = { state: 'active', leads: 0, duplicates: 0, restored: 0, firstLead: null, lastLead: null, removedAt: null, restoredAt: null };

/**
 * Folds the events of a person at one brand by (instant, removals before leads, id), in whatever order they came (serve
 * specification, "Contacts").
 * @param resubmitMs so long after a lead the same form's next one is the same submission
 */
export function foldContact(events: readonly ContactEvent[], resubmitMs: number): FoldedContact {
  let contact: Contact | undefined;
  const lastOfForm = new Map<string, Instant>();
  const steps = events.toSorted(inTime).map((event): ContactStep => {
    if (event.kind === 'removal') {
      contact = { ...(contact ?? NEW), state: 'removed', removedAt: event.at };
      return { event, outcome: 'removed', reason: null };
    }
    const step = leadStep(event, contact, lastOfForm.get(event.form), resubmitMs);
    contact = afterLead(contact ?? NEW, step, event.at);
    lastOfForm.set(event.form, event.at);
    return step;
  });
  return { contact, steps };
}

function leadStep(event: ContactLead, contact: Contact | undefined, previous: Instant | undefined, resubmitMs: number): ContactStep {
  if (contact === undefined) return { event, outcome: 'created', reason: null };
  if (contact.state === 'removed') return event.mayRestore ? { event, outcome: 'restored', reason: null } : { event, outcome: 'duplicate', reason: 'still_removed' };
  const isRepeated = previous !== undefined && event.at <= addMillis(previous, resubmitMs);
  return { event, outcome: 'duplicate', reason: isRepeated ? 'resubmitted' : 'known_contact' };
}

function afterLead(contact: Contact, { outcome }: ContactStep, at: Instant): Contact {
  return {
    ...contact,
    leads: contact.leads + 1,
    duplicates: contact.duplicates + (outcome === 'duplicate' ? 1 : 0),
    firstLead: contact.firstLead ?? at,
    lastLead: at,
    ...(outcome === 'restored' ? { state: 'active', restored: contact.restored + 1, restoredAt: at } : {}),
  };
}

function inTime(one: ContactEvent, other: ContactEvent): number {
  const order = (event: ContactEvent): number => (event.kind === 'removal' ? 0 : 1);
  return compareText(one.at, other.at) || order(one) - order(other) || compareText(one.id, other.id);
}
