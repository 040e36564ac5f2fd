import { readEmail } from '../../core/text/email.ts';
import { sha256Hex } from '../../core/hash.ts';
import { parseInstant, type Instant } from '../../core/time.ts';
import { fieldsOf } from '../../lake/text/csv-fields.ts';
import { spellingOf, type Spelling } from '../../raw/events/spellings.repository.ts';

/** Somebody who must not be delivered to anybody; the address itself is not kept. */
export interface Suppression {
  readonly emailSha256: string;
  /** Of an address that was given in clear, if its mailbox has several spellings. */
  readonly spelling: Spelling | undefined;
  readonly reason: string;
  readonly since: Instant;
}

/** What lines are read with. */
export interface SuppressionDefaults {
  readonly reason: string;
  readonly since: Instant;
  /** No line may have a later date. */
  readonly now: Instant;
}

/** What an erasure leaves; it can be neither given nor taken back. */
export const ERASED_REASON = 'erased';

const HASH = /^[0-9a-f]{64}$/i;
const REASON = /^[a-z][a-z0-9_]{0,63}$/;
const HEADER = /^(?:e-?mail.*|address|sha-?256|hash|email_sha256)$/i;

/** True for a first line that names columns. */
export function isHeader(line: string): boolean {
  return HEADER.test(fieldsOf(line)[0]?.trim() ?? '');
}

/**
 * Reads a line: an address as mail systems write it, or the SHA-256 of one, and if wanted a reason and a date behind it,
 * separated by commas.
 * @returns the suppression, or what is wrong; the line itself is not shown, it is personal
 */
export function parseSuppression(line: string, defaults: SuppressionDefaults): Suppression | { readonly problem: string } {
  const fields = fieldsOf(line).map((field) => field.trim());
  const who = whomOf(fields[0] ?? '');
  if (who === undefined) return { problem: 'it is neither an e-mail address nor a SHA-256' };
  const [, reason, date] = fields;
  const since = date === undefined || date === '' ? defaults.since : parseInstant(date);
  if (since === undefined) return { problem: 'its date is none; write YYYY-MM-DD' };
  if (since > defaults.now) return { problem: 'its date lies in the future' };
  const why = reason === undefined || reason === '' ? defaults.reason : reason.toLowerCase();
  if (!isReason(why)) return { problem: 'its reason must be a word of letters, digits and _, and not erased: that is what hub forget leaves' };
  return { ...who, reason: why, since };
}

/** True for a word that people may give as a reason. */
export function isReason(reason: string): boolean {
  return REASON.test(reason) && reason !== ERASED_REASON;
}

/** Whom an address or a hash names; undefined if it is neither. */
export function whomOf(text: string): Pick<Suppression, 'emailSha256' | 'spelling'> | undefined {
  if (HASH.test(text.trim())) return { emailSha256: text.trim().toLowerCase(), spelling: undefined };
  const email = readEmail(text);
  return email === undefined ? undefined : { emailSha256: sha256Hex(email), spelling: spellingOf(email) };
}
