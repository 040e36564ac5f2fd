import type { Instant } from '../../core/time.ts';
import { personIdOf } from '../facts/person.ts';
import { readContactStates, type AddressHashes } from './contacts.repository.ts';
import { latestPurchases } from './purchases.repository.ts';
import { recount } from './recount.repository.ts';
import { resubscribedAt } from './restoring.ts';
import { isSameState, mergeStates, nothingKnown, type EmailState } from './state.ts';
import { readSubscribers, writeSubscribers, type StoredSubscriber, type SubscriberChange, type SubscriberTarget } from './subscribers.repository.ts';

/** What a step of the fold knows anew about persons of one brand. */
export class PersonNews {
  /** By person id. */
  readonly addresses = new Map<string, AddressHashes>();
  readonly merges = new Map<string, EmailState>();
  /** Persons of whom everything must be counted anew: a stored event of theirs changed. */
  readonly again = new Set<string>();

  /** Notes what further events say about an address. */
  merge(address: AddressHashes, state: EmailState): void {
    const personId = this.#know(address);
    this.merges.set(personId, mergeStates(this.merges.get(personId) ?? nothingKnown, state));
  }

  /** Notes that stored events of an address changed. */
  recount(address: AddressHashes): void {
    this.again.add(this.#know(address));
  }

  /** Notes a person whose subscriptions changed, or whose address is known by what is stored. */
  lookAt(personId: string, again: boolean): void {
    if (again) this.again.add(personId);
    if (!this.merges.has(personId)) this.merges.set(personId, nothingKnown);
  }

  #know(address: AddressHashes): string {
    const personId = personIdOf(address.emailSha256);
    this.addresses.set(personId, address);
    return personId;
  }
}

/** How many subscribers came, changed and went. */
export interface SubscriberCounts {
  created: number;
  updated: number;
  removed: number;
}

/** Brings the subscribers up to the news, in the caller's transaction. Repeating it changes nothing. */
export async function applyNews(target: SubscriberTarget, news: PersonNews, counts: SubscriberCounts): Promise<void> {
  const ids = [...new Set([...news.merges.keys(), ...news.again])];
  const stored = await readSubscribers(target, ids);
  const recounted = await recountPersons(target, news, stored);
  const states = new Map<string, EmailState>();
  for (const id of ids) {
    states.set(id, recounted.get(id) ?? mergeStates(stored.get(id)?.state ?? nothingKnown, news.merges.get(id) ?? nothingKnown));
  }
  const left = ids.filter((id) => states.get(id)?.first_unsubscribed_at != null);
  const purchases = target.purchaseRestores ? await latestPurchases(target, left) : new Map<string, Instant>();
  const changes = ids.flatMap((id) => changeOf(stored.get(id), news.addresses.get(id), states.get(id) ?? nothingKnown, purchases.get(id)));
  for (const { before, after } of changes) counts[before === undefined ? 'created' : after === undefined ? 'removed' : 'updated']++;
  await writeSubscribers(target, changes);
}

function changeOf(
  before: SubscriberChange['before'],
  known: AddressHashes | undefined,
  state: EmailState,
  purchase: Instant | undefined,
): SubscriberChange[] {
  const address = before ?? known;
  if (address === undefined) return [];
  const { emailSha256, emailMd5 } = address;
  const after: StoredSubscriber | undefined = isSameState(state, nothingKnown)
    ? undefined
    : { personId: personIdOf(emailSha256), emailSha256, emailMd5, state, resubscribedAt: resubscribedAt(state, purchase) };
  if (before === undefined && after === undefined) return [];
  const same = before !== undefined && after !== undefined && isSameState(before.state, after.state) && before.resubscribedAt === after.resubscribedAt;
  return same ? [] : [{ before, after }];
}

async function recountPersons(
  target: SubscriberTarget,
  { again, addresses }: PersonNews,
  stored: ReadonlyMap<string, StoredSubscriber>,
): Promise<Map<string, EmailState>> {
  const states = new Map<string, EmailState>();
  if (again.size === 0) return states;
  const hashes = new Map([...again].flatMap((id) => {
    const address = addresses.get(id) ?? stored.get(id);
    return address === undefined ? [] : [[address.emailSha256, id] as const];
  }));
  const byAddress = await recount(target, 'email_sha256', [...hashes.keys()]);
  for (const [hash, id] of hashes) states.set(id, byAddress.get(hash) ?? nothingKnown);
  for (const { personId, state } of await readContactStates(target, 'person_id', [...hashes.values()])) {
    if (personId !== null) states.set(personId, mergeStates(states.get(personId) ?? nothingKnown, state));
  }
  return states;
}
