import { createSign } from 'node:crypto';

import { messageOf } from '../../core/errors.ts';
import { addMillis, epochSeconds, type Clock, type Instant } from '../../core/time.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import type { ApiAnswer, ApiRequest } from '../api/answer.ts';
import { headerOf, needsRenewal, tokenRequest, type Auth, type Credentials, type Token } from '../api/auth.ts';
import { Stopped } from './stop.ts';

export interface TokenServices {
  readonly auth: Auth;
  readonly credentials: Credentials;
  /** The names of the secrets, by what they are. */
  readonly names: Readonly<Record<string, string>>;
  readonly store: SecretStore;
  readonly clock: Clock;
  /** Sends a request for a token and gives its good answer. @throws Stopped */
  readonly send: (request: ApiRequest) => Promise<ApiAnswer>;
  /** Told of every token, so that no text that leaves the machine holds it. */
  readonly hide: (secret: string) => void;
}

const ASSERTION_LIFE_S = 3_600;

/** The token of an account: in memory only, fetched once for all that wait for it, and renewed before it ends. */
export class Tokens {
  readonly #services: TokenServices;
  #credentials: Credentials;
  #token: Token | undefined;
  #fetching: Promise<Token> | undefined;

  constructor(services: TokenServices) {
    this.#services = services;
    this.#credentials = services.credentials;
  }

  /** The headers that a request needs now: asked before every try. @throws Stopped if no token is given */
  async headers(): Promise<Readonly<Record<string, string>>> {
    const { auth } = this.#services;
    const { name, prefix } = headerOf(auth);
    if (auth.kind === 'header' || auth.kind === 'bearer') return { [name]: prefix + (this.#credentials[auth.credential] ?? '') };
    return { [name]: prefix + (await this.#current()).value };
  }

  /** The platform did not take the token: the next request gets another one, unless it has one already. */
  refuse(headers: Readonly<Record<string, string>>): void {
    const { name, prefix } = headerOf(this.#services.auth);
    if (this.#token !== undefined && headers[name] === prefix + this.#token.value) this.#token = undefined;
  }

  async #current(): Promise<Token> {
    if (this.#token !== undefined && !needsRenewal(this.#token, this.#services.clock.now())) return this.#token;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<Token> {
    const { auth, clock, send, hide } = this.#services;
    const issuedAt = clock.now();
    const request = tokenRequest(auth, this.#credentials, auth.kind === 'service_account' ? assertionOf(this.#credentials[auth.credential] ?? '', auth.scope, issuedAt) : undefined);
    const { body } = request === undefined ? { body: undefined } : await send(request);
    const value = body?.scalarAt('access_token');
    if (value === undefined) throw accountFailed('no_token', 'The platform answered the request for a token without one.');
    hide(value);
    const expiresIn = Number(body?.scalarAt('expires_in') ?? Number.NaN);
    const token: Token = { value, issuedAt, expiresIn: Number.isNaN(expiresIn) ? null : expiresIn, newRefreshToken: body?.scalarAt('refresh_token') };
    await this.#keepRotated(token);
    this.#token = token;
    return token;
  }

  /** The old refresh token may be worth nothing from now on: the new one is stored before anything is done with the answer. */
  async #keepRotated({ newRefreshToken: value, issuedAt }: Token): Promise<void> {
    const { auth, names, store, hide } = this.#services;
    if (auth.kind !== 'refresh_token' || value === undefined || value === this.#credentials[auth.refreshToken]) return;
    hide(value);
    const name = names[auth.refreshToken] ?? '';
    try {
      await store.replace(name, value, null);
    } catch (error) {
      throw accountFailed('rotated_token_lost', `The platform replaced the refresh token at ${issuedAt.slice(0, 19)} UTC, and the new one cannot be stored: ${messageOf(error)}`, `Sign in at the platform again, and keep ${name} with hub secrets set ${name}: hub cannot change the environment.`);
    }
    this.#credentials = { ...this.#credentials, [auth.refreshToken]: value };
  }
}

function accountFailed(code: string, message: string, next = 'Check the credentials of the account.'): Stopped {
  return new Stopped({ scope: 'account', transient: false, code, message, next });
}

/** A signed request of a service account (RFC 7523, RS256), made of its JSON key. */
function assertionOf(keyText: string, scope: string, now: Instant): { readonly text: string; readonly url: string } {
  const { client_email: issuer, private_key: privateKey, token_uri: url } = keyOf(keyText);
  const claims = { iss: issuer, scope, aud: url, iat: epochSeconds(now), exp: epochSeconds(addMillis(now, ASSERTION_LIFE_S * 1_000)) };
  const signed = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  try {
    return { text: `${signed}.${createSign('RSA-SHA256').update(signed).sign(privateKey).toString('base64url')}`, url };
  } catch {
    throw accountFailed('invalid_service_account', 'The private key of the service account cannot sign.', 'Store the whole JSON key of the service account.');
  }
}

function keyOf(text: string): { readonly client_email: string; readonly private_key: string; readonly token_uri: string } {
  try {
    const key = JSON.parse(text) as Partial<Record<string, unknown>>;
    const of = (name: string): string => (typeof key[name] === 'string' ? key[name] : '');
    if (of('client_email') !== '' && URL.canParse(of('token_uri'))) return { client_email: of('client_email'), private_key: of('private_key'), token_uri: of('token_uri') };
  } catch {
    // Told below: the text may hold the key, so it is not quoted.
  }
  throw accountFailed('invalid_service_account', 'The credential is no JSON key of a service account.', 'Store the whole JSON key of the service account.');
}
