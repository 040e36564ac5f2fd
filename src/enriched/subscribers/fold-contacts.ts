import { noteSpellings, type Spelling } from '../../raw/events/spellings.repository.ts';
import { personIdOf } from '../facts/person.ts';
import { addressesOf, readContactStates, writeContactStates, type ContactState } from './contacts.repository.ts';
import { recount } from './recount.repository.ts';
import type { PersonNews } from './apply-news.ts';
import { isSameState, mergeStates, nothingKnown, type EmailState } from './state.ts';
import type { SubscriberTarget } from './subscribers.repository.ts';

/** What further events say about contacts, and of which contacts stored events changed. */
export interface ContactNews {
  readonly merges: ReadonlyMap<string, EmailState>;
  readonly again: ReadonlySet<string>;
}

/**
 * Brings the states of contacts up to the news, finds whose they are, and notes what that means for persons. Events that
 * name a contact count for the person of the address that the contact has now; for nobody while it is not known.
 */
export async function foldContacts(target: SubscriberTarget, { merges, again }: ContactNews, persons: PersonNews): Promise<void> {
  const ids = [...new Set([...merges.keys(), ...again])];
  if (ids.length === 0) return;
  const stored = new Map((await readContactStates(target, 'contact_id', ids)).map((contact) => [contact.contactId, contact]));
  const recounted = await recount(target, 'contact_id', [...again]);
  const addresses = await addressesOf(target, ids);
  const changed: ContactState[] = [];
  const spellings: Spelling[] = [];
  for (const contactId of ids) {
    const before = stored.get(contactId);
    const state = again.has(contactId)
      ? (recounted.get(contactId) ?? nothingKnown)
      : mergeStates(before?.state ?? nothingKnown, merges.get(contactId) ?? nothingKnown);
    const address = addresses.get(contactId);
    const personId = address === undefined ? null : personIdOf(address.emailSha256);
    const former = before?.personId ?? null;
    if (former !== null && former !== personId) persons.lookAt(former, true);
    if (address !== undefined) {
      if (again.has(contactId)) persons.recount(address);
      persons.merge(address, state);
    }
    if (state.unsubscribed_at !== null && address?.spelling !== undefined) spellings.push(address.spelling);
    if (before === undefined || before.personId !== personId || !isSameState(before.state, state)) changed.push({ contactId, personId, state });
  }
  await writeContactStates(target, changed, new Set(stored.keys()));
  await noteSpellings(target, spellings);
}
