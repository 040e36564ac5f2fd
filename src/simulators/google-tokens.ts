import { generateKeyPairSync, verify } from 'node:crypto';

import type { SimulatedAnswer } from './simulator.client.ts';

const TOKEN_LIFE_S = 3_600;

/** Access tokens as Google gives them to a service account that signs its request (RFC 7523). */
export class GoogleTokens {
  readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } });
  /** So many were given. */
  given = 0;
  readonly #scope: string;
  #token: { readonly value: string; readonly until: number } | undefined;

  constructor(scope: string) {
    this.#scope = scope;
  }

  /** The JSON key of the service account, as the secret has it. @param url of the simulator */
  serviceAccount(url: string): string {
    return JSON.stringify({ type: 'service_account', client_email: 'hub@project.iam.example', private_key: this.keys.privateKey, token_uri: `${url}/token` });
  }

  grant(form: URLSearchParams, now: number): SimulatedAnswer {
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const isSigned = verify('RSA-SHA256', Buffer.from(`${head}.${claims}`), this.keys.publicKey, Buffer.from(signature, 'base64url'));
    const { scope } = JSON.parse(Buffer.from(claims, 'base64url').toString() || '{}') as { scope?: string };
    if (!isSigned || scope !== this.#scope) return { status: 400, body: '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}' };
    this.#token = { value: `ya29.${++this.given}`, until: now + TOKEN_LIFE_S * 1_000 };
    return { status: 200, body: JSON.stringify({ access_token: this.#token.value, expires_in: TOKEN_LIFE_S, token_type: 'Bearer' }) };
  }

  isGood(authorization: string | undefined, now: number): boolean {
    return this.#token !== undefined && authorization === `Bearer ${this.#token.value}` && now <= this.#token.until;
  }
}
