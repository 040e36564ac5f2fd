import { normaliseEmail } from '../../core/text/email.ts';
import { md5Hex, sha256Hex } from '../../core/hash.ts';
import type { Fact } from './facts.ts';

/** Who an account belongs to. */
export interface Person {
  readonly personId: string;
  /** Of the address that identifies the person; null if the account has none and stands alone. */
  readonly emailSha256: string | null;
  readonly emailMd5: string | null;
}

const ID_LENGTH = 32;

/**
 * The person of an account: the normalised e-mail, over all brands (orders and refunds, "Persons and accounts"). The id
 * is a part of the address's SHA-256, so it needs no table and is the same on every machine; an account without an
 * address gets one of its own. It never leaves the hub: what does is keyed (docs/decisions/0008).
 */
export function personOf(
  brand: string,
  accountId: string,
  account: Pick<Fact<'account'>, 'bill_to_id' | 'sold_to_id'> | undefined,
  contacts: readonly Fact<'contact'>[],
): Person {
  const email = account === undefined ? undefined : emailOf(account, contacts);
  if (email === undefined) {
    return { personId: sha256Hex(`account ${brand} ${accountId}`).slice(0, ID_LENGTH), emailSha256: null, emailMd5: null };
  }
  const emailSha256 = sha256Hex(email);
  return { personId: personIdOf(emailSha256), emailSha256, emailMd5: md5Hex(email) };
}

/** The id of the person behind an address, by the SHA-256 of the normalised address. */
export function personIdOf(emailSha256: string): string {
  return emailSha256.slice(0, ID_LENGTH);
}

/** The bill-to contact's WorkEmail, else its PersonalEmail, else the sold-to's. */
function emailOf(account: Pick<Fact<'account'>, 'bill_to_id' | 'sold_to_id'>, contacts: readonly Fact<'contact'>[]): string | undefined {
  for (const id of [account.bill_to_id, account.sold_to_id]) {
    const contact = id === null ? undefined : contacts.find(({ source_id: own }) => own === id);
    const email = contact && (normaliseEmail(contact.work_email) ?? normaliseEmail(contact.personal_email));
    if (email !== undefined) return email;
  }
  return undefined;
}
