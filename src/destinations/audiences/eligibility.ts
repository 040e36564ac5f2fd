import type { Audience } from './audience.ts';
import type { PlatformName } from './platforms/index.ts';

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

/** What is known of a person beside the conditions. */
export interface PersonFacts {
  readonly personId: string;
  /** Null: no account of the person has an address. */
  readonly emailSha256: string | null;
  readonly accounts: readonly PersonAccount[];
  /** By brand: what the e-mail tool knows; absent where it knows nothing. */
  readonly subscriptions: ReadonlyMap<string, 'subscribed' | 'unsubscribed'>;
  /** The reason of a suppression; `erased` is what an erasure leaves. */
  readonly suppressed: string | undefined;
}

/**
 * Why a person must not be given to a platform; undefined if nothing speaks against it (docs/decisions/0011). A test
 * account makes the whole person test data. Only the brands of the audience count: an objection at any of them, and for
 * `marketing` the consent at each of them that has the person as a customer, as it is their data that is used.
 */
export function leftOut(person: PersonFacts, audience: Audience, platform: PlatformName): LeftOutReason | undefined {
  if (person.suppressed !== undefined) return person.suppressed === 'erased' ? 'erased' : 'suppressed';
  const accounts = person.accounts.filter(({ brand }) => audience.brands.includes(brand));
  if (accounts.some(({ isTest }) => isTest)) return 'test_data';
  if (audience.brands.some((brand) => person.subscriptions.get(brand) === 'unsubscribed')) return 'unsubscribed';
  // Without an address there is nobody to ask for consent: what is wrong with the address is the reason then.
  if (audience.consent[platform] === 'marketing' && person.emailSha256 !== null && accounts.some(({ brand }) => !person.subscriptions.has(brand))) return 'no_consent';
  return undefined;
}
