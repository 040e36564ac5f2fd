import { digestBytes, hexDigest, wholeNumber } from './digest.ts';
import { textMember } from './member.ts';
import { plainKey, plainSecretProblem } from './plain-secret.ts';
import type { Scheme } from './scheme.ts';

/** Stripe: `Stripe-Signature: t=…,v1=…`, hex of an HMAC over `t.body`; the secret is the key as it stands, with its `whsec_`. */
export const stripe: Scheme = {
  hash: 'sha256',
  keyOf: plainKey,
  problemOf: plainSecretProblem,
  claim({ headers, body }) {
    const header = headers['stripe-signature'];
    if (header === undefined || header === '') return 'missing_header';
    const parts = header.split(',').map((part) => part.trim());
    const valuesOf = (name: string): string[] => parts.flatMap((part) => (part.startsWith(`${name}=`) ? [part.slice(name.length + 1)] : []));
    const [time, ...moreTimes] = valuesOf('t');
    const at = time === undefined || moreTimes.length > 0 ? undefined : wholeNumber(time);
    const digests = valuesOf('v1').flatMap((value) => hexDigest(value, digestBytes.sha256) ?? []);
    if (time === undefined || at === undefined || digests.length === 0) return 'malformed_header';
    return { digests, signed: [`${time}.`, body], at };
  },
  name: (_request, content) => ({ id: textMember(content, 'id'), type: textMember(content, 'type') }),
  readsBody: true,
  kept: [],
};
