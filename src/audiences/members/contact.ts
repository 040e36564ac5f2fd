import { sha256Hex } from '../../core/hash.ts';
import { normaliseEmail, validEmail } from '../../core/text/email.ts';
import type { LeftOutReason, PersonFacts } from './eligibility.ts';
import type { Addressee } from '../platforms/platform.ts';

/** A contact as the billing platform has it: personal data. */
export interface ContactCard {
  readonly brand: string;
  readonly contactId: string;
  readonly emails: readonly string[];
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly phone: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly updatedMillis: number;
}

/**
 * The contact through which a person is reached: of those with the address that makes the person, the newest. The
 * reason if there is none, or if mail cannot reach the address.
 */
export function addresseeOf(person: PersonFacts, cards: readonly ContactCard[]): Addressee | LeftOutReason {
  if (person.emailSha256 === null) return cards.some(({ emails }) => emails.some((email) => email.trim() !== '')) ? 'invalid_address' : 'no_address';
  const [card] = cards.filter((one) => addressIn(one, person.emailSha256) !== undefined).sort(byAge);
  if (card === undefined) return 'no_address';
  const email = validEmail(addressIn(card, person.emailSha256) ?? '');
  if (email === undefined) return 'invalid_address';
  const { firstName, lastName, phone, postalCode, country } = card;
  return { email, firstName, lastName, phone, postalCode, country };
}

function addressIn({ emails }: ContactCard, sha256: string | null): string | undefined {
  return emails.find((text) => {
    const email = normaliseEmail(text);
    return email !== undefined && sha256Hex(email) === sha256;
  });
}

function byAge(one: ContactCard, other: ContactCard): number {
  return other.updatedMillis - one.updatedMillis || (one.brand + one.contactId < other.brand + other.contactId ? -1 : 1);
}
