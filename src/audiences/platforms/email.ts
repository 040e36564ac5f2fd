import { bareGoogleLocal, isGoogleEmail } from '../../core/text/email.ts';

/**
 * Google's form of a valid address: at gmail.com and googlemail.com without dots and `+…` in the local part; the domain
 * stays (Customer Match formatting guidelines). Undefined if nothing is left of the local part.
 */
export function googleEmail(email: string): string | undefined {
  if (!isGoogleEmail(email)) return email;
  const at = email.indexOf('@');
  const local = bareGoogleLocal(email.slice(0, at));
  return local === '' ? undefined : local + email.slice(at);
}
