import { digestBytes, hexDigest } from './digest.ts';
import { plainKey, plainSecretProblem } from './plain-secret.ts';
import type { Scheme } from './scheme.ts';

const PREFIX = 'sha256=';
const [DELIVERY, EVENT] = ['x-github-delivery', 'x-github-event'] as const;

/** GitHub: `sha256=` and hex of an HMAC over the body, no time. The SHA-1 of before proves nothing and is not looked at. */
export const github: Scheme = {
  hash: 'sha256',
  keyOf: plainKey,
  problemOf: plainSecretProblem,
  claim({ headers, body }) {
    const header = headers['x-hub-signature-256'];
    if (header === undefined || header === '') return 'missing_header';
    const digest = header.startsWith(PREFIX) ? hexDigest(header.slice(PREFIX.length), digestBytes.sha256) : undefined;
    return digest === undefined ? 'malformed_header' : { digests: [digest], signed: [body], at: undefined };
  },
  name: ({ headers }) => ({ id: headers[DELIVERY] || null, type: headers[EVENT] || null }),
  readsBody: false,
  kept: [DELIVERY, EVENT],
};
