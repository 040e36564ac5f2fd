import { md5Hex, sha256Hex } from '../../core/hash.ts';
import { validEmail } from '../../core/text/email.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import type { FieldValue } from '../fields/kind.ts';
import type { Form } from '../forms/form.ts';
import type { LeadRecord } from '../lead-record.ts';

/** Step 5: whose lead it is: the person of billing with the same address. */
export interface LeadPerson {
  readonly person_id: string;
  readonly email_sha256: string;
  readonly email_md5: string;
}

/** @returns undefined if the e-mail has an error, so that nobody is known */
export function personOfLead(values: Readonly<Record<string, FieldValue>>, { emailField }: Pick<Form, 'emailField'>): LeadPerson | undefined {
  const address = values[emailField];
  if (typeof address !== 'string') return undefined;
  const hash = sha256Hex(address);
  return { person_id: personIdOf(hash), email_sha256: hash, email_md5: md5Hex(address) };
}

/**
 * The SHA-256 of every address in the e-mail's field, also of a blocked one or of one among several: an erased person is not
 * taken in again by any of them.
 */
export function hashesNamed({ pairs }: Pick<LeadRecord, 'pairs'>, { emailField }: Pick<Form, 'emailField'>): string[] {
  const hashes = pairs.flatMap(([name, text]) => {
    const address = name === emailField && text !== null ? validEmail(text.normalize('NFC')) : undefined;
    return address === undefined ? [] : [sha256Hex(address)];
  });
  return [...new Set(hashes)];
}
