import { hmacSha256Base64 } from '../core/hash.ts';
import { epochSeconds, type Instant } from '../core/time.ts';

/** Signs with every secret of a destination; receivers that rotate accept any of them. */
export interface Signer {
  /** The headers that identify and sign a message (Standard Webhooks, "Webhook metadata"). */
  headers(id: string, at: Instant, body: string): Record<string, string>;
}

const PREFIX = 'whsec_';
/** Those of the specification, also where they do not belong. */
const STRAY_PREFIX = /^(whsec|whsk|whpk)_/i;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** The least that Standard Webhooks allows ("Symmetric signature"). */
const LEAST_BYTES = 24;

/**
 * What is wrong with a secret, without showing it; undefined if nothing is. It is `whsec_` and base64, or base64 alone,
 * with or without padding, also in its form for URLs.
 */
export function secretProblem(secret: string): string | undefined {
  if (/\s/.test(secret)) return 'has white space or a line break in it, as a file that ends with one; remove it';
  const stray = STRAY_PREFIX.exec(bare(secret))?.[0];
  if (stray !== undefined) return `has the prefix "${stray}" where none belongs; give whsec_ once, and base64`;
  if (!BASE64.test(bare(secret))) return 'is no base64; give whsec_ and base64, without quotes';
  const { length } = secretKey(secret);
  return length < LEAST_BYTES ? `is too short: ${length} bytes, and it must have at least ${LEAST_BYTES} bytes (openssl rand -base64 32)` : undefined;
}

/**
 * A signer with these secrets; without any, messages carry id and timestamp only.
 * @throws Error if a secret cannot be used; its message does not show it
 */
export function createSigner(secrets: readonly string[]): Signer {
  const problem = secrets.map(secretProblem).find((each) => each !== undefined);
  if (problem !== undefined) throw new Error(`a secret ${problem}`);
  const keys = secrets.map(secretKey);
  return {
    headers(id, at, body) {
      const timestamp = String(epochSeconds(at));
      const signatures = keys.map((key) => `v1,${hmacSha256Base64(key, `${id}.${timestamp}.${body}`)}`);
      return {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        ...(signatures.length > 0 ? { 'webhook-signature': signatures.join(' ') } : {}),
      };
    },
  };
}

function bare(secret: string): string {
  return secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
}

/** The key of a secret; Node reads both alphabets of base64, with or without padding. */
export function secretKey(secret: string): Buffer {
  return Buffer.from(bare(secret), 'base64');
}
