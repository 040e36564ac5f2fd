import type { Audience } from '../declare/audience.ts';
import type { Consent } from '../declare/schema.ts';
import type { PlatformName } from '../platforms/index.ts';
import type { Platform } from '../platforms/platform.ts';

/** Why a person for whom an audience's conditions hold is left out all the same; the first that applies counts. */
export const leftOutReasons = [
  'erased',
  'suppressed',
  'test_data',
  'unsubscribed',
  'no_consent',
  'no_address',
  'invalid_address',
  'same_address',
] as const;

export type LeftOutReason = (typeof leftOutReasons)[number];

/** A brand's account of a person, as far as it decides. */
export interface PersonAccount {
  readonly brand: string;
  readonly accountId: string;
  readonly isTest: boolean;
}

/** What other spellings of a person's mailbox, or other addresses of the contact, have said, which are persons of their own. */
export interface MailboxFacts {
  /** False: only a platform that folds the spellings takes them for one. */
  readonly isOneAddress: boolean;
  /** Brands to which one of them has objected. */
  readonly unsubscribed: ReadonlySet<string>;
  /** What one of them has refused, as `brand purpose`. */
  readonly denied: ReadonlySet<string>;
  /** The reason of a suppression of one of them. */
  readonly suppressed: string | undefined;
}

/** What is known of a person beside the conditions. */
export interface PersonFacts {
  readonly personId: string;
  /** Null: no account of the person has an address. */
  readonly emailSha256: string | null;
  readonly accounts: readonly PersonAccount[];
  /** By brand: what the e-mail tool knows, and who refused marketing by e-mail in another way; absent where nothing is known. */
  readonly subscriptions: ReadonlyMap<string, 'subscribed' | 'unsubscribed'>;
  /** What is granted in the ledger of consents, as `brand purpose`. */
  readonly granted: ReadonlySet<string>;
  /** The reason of a suppression; `erased` is what an erasure leaves. */
  readonly suppressed: string | undefined;
}

/**
 * Why a person must not be given to a platform; undefined if nothing speaks against it (docs/decisions/0011). A test
 * account makes the whole person test data. Only the brands of the audience count: an objection at any of them, and for
 * `marketing` or a purpose the consent at each of them that has the person as a customer, as it is their data that is used.
 */
export function leftOut(person: PersonFacts, audience: Audience, platform: PlatformName): LeftOutReason | undefined {
  if (person.suppressed !== undefined) return suppression(person.suppressed);
  const accounts = person.accounts.filter(({ brand }) => audience.brands.includes(brand));
  if (accounts.some(({ isTest }) => isTest)) return 'test_data';
  if (audience.brands.some((brand) => person.subscriptions.get(brand) === 'unsubscribed')) return 'unsubscribed';
  // Without an address there is nobody to ask for consent: what is wrong with the address is the reason then.
  if (person.emailSha256 !== null && accounts.some(({ brand }) => !hasAgreed(person, brand, audience.consent[platform]))) return 'no_consent';
  return undefined;
}

function hasAgreed({ subscriptions, granted }: PersonFacts, brand: string, rule: Consent | undefined): boolean {
  if (rule === undefined || rule === 'no_objection') return true;
  return rule === 'marketing' ? subscriptions.has(brand) : granted.has(`${brand} ${rule}`);
}

/** The same of the other spellings of the person's mailbox and of the contact's other address: nobody else would count their objection. */
export function leftOutBySpelling(mailbox: MailboxFacts | undefined, audience: Audience, { foldsAddresses, name }: Pick<Platform, 'foldsAddresses' | 'name'>): LeftOutReason | undefined {
  if (mailbox === undefined || !(mailbox.isOneAddress || foldsAddresses)) return undefined;
  if (mailbox.suppressed !== undefined) return suppression(mailbox.suppressed);
  if (audience.brands.some((brand) => mailbox.unsubscribed.has(brand))) return 'unsubscribed';
  const rule = audience.consent[name as PlatformName];
  return audience.brands.some((brand) => mailbox.denied.has(`${brand} ${rule ?? ''}`)) ? 'no_consent' : undefined;
}

function suppression(reason: string): LeftOutReason {
  return reason === 'erased' ? 'erased' : 'suppressed';
}
