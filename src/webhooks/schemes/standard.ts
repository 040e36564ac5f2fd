import { secretKey, secretProblem } from '../../net/signature.ts';
import { base64Digest, digestBytes, wholeNumber } from './digest.ts';
import { textMember } from './member.ts';
import type { Scheme, SignedRequest } from './scheme.ts';

const TOKEN = 'v1,';

/**
 * Standard Webhooks: base64 of an HMAC over `id.timestamp.body`, the key is the base64 behind `whsec_`; Svix sends the same
 * under names of its own. Tokens of other versions are passed over.
 */
export const standard: Scheme = {
  hash: 'sha256',
  keyOf: secretKey,
  problemOf: secretProblem,
  claim(request) {
    const [id, timestamp, signature] = (['id', 'timestamp', 'signature'] as const).map((name) => header(request, name));
    if (id === undefined || timestamp === undefined || signature === undefined) return 'missing_header';
    const at = wholeNumber(timestamp);
    const digests = signature.split(' ').flatMap((token) => (token.startsWith(TOKEN) ? (base64Digest(token.slice(TOKEN.length), digestBytes.sha256) ?? []) : []));
    if (at === undefined || digests.length === 0) return 'malformed_header';
    return { digests, signed: [`${id}.${timestamp}.`, request.body], at };
  },
  name: (request, content) => ({ id: header(request, 'id') ?? null, type: textMember(content, 'type') }),
  readsBody: true,
  kept: ['webhook-id', 'webhook-timestamp', 'svix-id', 'svix-timestamp'],
};

function header({ headers }: SignedRequest, name: string): string | undefined {
  return headers[`webhook-${name}`] || headers[`svix-${name}`] || undefined;
}
