import { isActiveSubscriber, isSubscribed, type Subscriber } from '../../enriched/subscribers/active.ts';
import type { LocalDate } from '../../core/time.ts';
import type { Bridge } from './bridge.ts';
import type { Reason } from './reasons.ts';
import type { ActivePerson, AccountFact, VersionFact } from './subscriptions.ts';

/** A person as the e-mail tool knows it. */
export interface EmailFact extends Subscriber {
  readonly personId: string;
  readonly unsubscribed_reason: string | null;
}

/** What billing knows of a person in one brand. */
export interface CustomerFact {
  readonly market: string | null;
  /** True if every account is test data. */
  isTest: boolean;
  /** Of the subscriptions that are no test data, the furthest on: waiting before ended. */
  state: 'none' | 'ended' | 'waiting' | 'active';
}

/** When a subscriber is active. */
export interface ActiveRule {
  readonly asOf: LocalDate;
  readonly activeDays: number;
}

/** Persons of both sides of a brand. */
export interface EmailSides {
  readonly brand: string;
  readonly persons: ReadonlyMap<string, ActivePerson>;
  readonly customers: ReadonlyMap<string, CustomerFact>;
  readonly subscribers: ReadonlyMap<string, EmailFact>;
  /** True if another brand has an account of the person. */
  readonly isElsewhere: (personId: string) => boolean;
}

const ORDER = ['none', 'ended', 'waiting', 'active'] as const;

/** What billing knows of the persons of a brand. */
export function customersOf(accounts: Iterable<AccountFact>, versions: Iterable<VersionFact>): Map<string, CustomerFact> {
  const customers = new Map<string, CustomerFact>();
  for (const { personId, market, isTest } of accounts) {
    const known = customers.get(personId);
    if (known === undefined) customers.set(personId, { market, isTest, state: 'none' });
    else known.isTest &&= isTest;
  }
  for (const version of versions) {
    const customer = customers.get(version.account.personId);
    if (customer === undefined || !version.isLatest || version.account.isTest) continue;
    const state = stateOf(version);
    if (ORDER.indexOf(state) > ORDER.indexOf(customer.state)) customer.state = state;
  }
  return customers;
}

function stateOf({ lifecycle }: VersionFact): CustomerFact['state'] {
  if (lifecycle === 'active') return 'active';
  return lifecycle === 'cancelled' || lifecycle === 'expired' ? 'ended' : 'waiting';
}

/** The bridge from persons with a subscription to active subscribers of the e-mail tool. */
export function compareWithEmail(bridge: Bridge, sides: EmailSides, { asOf, activeDays }: ActiveRule): void {
  const { brand, persons, customers, subscribers } = sides;
  for (const person of persons.values()) {
    const element = { brand, market: person.market, id: person.personId };
    const subscriber = subscribers.get(person.personId);
    if (subscriber !== undefined && isActiveSubscriber(subscriber, asOf, activeDays)) bridge.both(element);
    else bridge.leftOnly(element, whyNotMailed(person, subscriber));
  }
  for (const subscriber of subscribers.values()) {
    const { personId } = subscriber;
    if (persons.has(personId) || !isActiveSubscriber(subscriber, asOf, activeDays)) continue;
    const customer = customers.get(personId);
    bridge.rightOnly({ brand, market: customer?.market ?? null, id: personId }, whyNoSubscription(customer, sides.isElsewhere(personId)));
  }
}

/** The bridge from everybody who may be mailed to active subscribers. */
export function compareEngagement(bridge: Bridge, { brand, customers, subscribers }: EmailSides, { asOf, activeDays }: ActiveRule): void {
  for (const subscriber of subscribers.values()) {
    if (!isSubscribed(subscriber)) continue;
    const element = { brand, market: customers.get(subscriber.personId)?.market ?? null, id: subscriber.personId };
    if (isActiveSubscriber(subscriber, asOf, activeDays)) bridge.both(element);
    else bridge.leftOnly(element, 'not_engaged');
  }
}

/** Why a person with an active subscription is no active subscriber of the e-mail tool. */
function whyNotMailed({ hasEmail }: Pick<ActivePerson, 'hasEmail'>, subscriber: EmailFact | undefined): Reason {
  if (subscriber === undefined) return hasEmail ? 'never_mailed' : 'no_email';
  if (isSubscribed(subscriber)) return 'not_engaged';
  const { unsubscribed_reason: reason } = subscriber;
  return reason === 'hard_bounce' || reason === 'complaint' ? reason : 'unsubscribed';
}

/** Why an active subscriber of the e-mail tool has no active subscription in the brand. */
function whyNoSubscription(customer: CustomerFact | undefined, isElsewhere: boolean): Reason {
  if (customer === undefined) return isElsewhere ? 'other_brand' : 'email_only';
  if (customer.isTest) return 'test_data';
  switch (customer.state) {
    case 'none':
      return 'no_subscription';
    case 'ended':
      return 'subscription_ended';
    case 'waiting':
      return 'subscription_waiting';
    case 'active':
      return 'unexplained';
  }
}
