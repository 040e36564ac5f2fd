import { addMillis, type Instant } from '../../core/time.ts';
import type { ApiRequest } from './answer.ts';

/** The values of an account's credentials, by what they are: `client_secret`. */
export type Credentials = Readonly<Record<string, string>>;

/** How a token becomes a header. */
export interface TokenHeader {
  readonly name: string;
  /** Before the token: `Bearer `. */
  readonly prefix: string;
}

/** How an account proves who it is. Names in it are those of `credentials` in the configuration. */
export type Auth =
  /** A key that is valid until somebody takes it back, in a header of the platform's own. */
  | { readonly kind: 'header'; readonly credential: string; readonly header: TokenHeader }
  /** The same as `Authorization: Bearer`. */
  | { readonly kind: 'bearer'; readonly credential: string }
  /** OAuth 2.0 client credentials (RFC 6749, 4.4). */
  | { readonly kind: 'client_credentials'; readonly url: string; readonly clientId: string; readonly clientSecret: string; readonly as: 'json' | 'form'; readonly header: TokenHeader }
  /** A refresh token (RFC 6749, 6), which an answer may replace by another one; `url` is whole where it is at another host. */
  | { readonly kind: 'refresh_token'; readonly url: string; readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string; readonly header: TokenHeader }
  /** A signed assertion of a Google service account (RFC 7523): the credential is its JSON key. */
  | { readonly kind: 'service_account'; readonly credential: string; readonly scope: string };

/** An access token with its life, in seconds; without one it is taken as it is. */
export interface Token {
  readonly value: string;
  readonly issuedAt: Instant;
  readonly expiresIn: number | null;
  /** Instead of the refresh token that was used. */
  readonly newRefreshToken: string | undefined;
}

const BEARER: TokenHeader = { name: 'authorization', prefix: 'Bearer ' };
/** Where a token has no life of its own, it is renewed after so many seconds. */
const LEAST_LEFT_S = 60;
const MOST_LEFT_S = 600;
/** RFC 6749 lets a server leave it out; most give an hour. */
const USUAL_LIFE_S = 3_600;

/** Whether a new token can be asked for: after a 401 there is something to try. */
export function isRenewable({ kind }: Auth): boolean {
  return kind !== 'header' && kind !== 'bearer';
}

/** The header in which the token of an account is sent. */
export function headerOf(auth: Auth): TokenHeader {
  return 'header' in auth ? auth.header : BEARER;
}

/** The same where an address stands in place of the platform's own: tokens are asked for there, too. */
export function atOneHost(auth: Auth): Auth {
  return 'url' in auth && URL.canParse(auth.url) ? { ...auth, url: new URL(auth.url).pathname } : auth;
}

/** Names of the credentials that an account must have. */
export function credentialsOf(auth: Auth): readonly string[] {
  if ('credential' in auth) return [auth.credential];
  return auth.kind === 'refresh_token' ? [auth.clientId, auth.clientSecret, auth.refreshToken] : [auth.clientId, auth.clientSecret];
}

/** Whether a token is renewed before a request: less than max(60 s, min(10 min, a tenth)) of its life is left. */
export function needsRenewal({ issuedAt, expiresIn }: Pick<Token, 'issuedAt' | 'expiresIn'>, now: Instant): boolean {
  const life = expiresIn ?? USUAL_LIFE_S;
  const left = Math.max(LEAST_LEFT_S, Math.min(MOST_LEFT_S, life / 10));
  return now > addMillis(issuedAt, Math.floor((life - left) * 1_000));
}

/**
 * The request for a token; undefined where the credential itself is sent.
 * @param assertion of a service account: the signed text and where it is sent
 */
export function tokenRequest(auth: Auth, credentials: Credentials, assertion?: { readonly text: string; readonly url: string }): ApiRequest | undefined {
  const of = (name: string): string => credentials[name] ?? '';
  switch (auth.kind) {
    case 'header':
    case 'bearer':
      return undefined;
    case 'client_credentials': {
      const grant = { client_id: of(auth.clientId), client_secret: of(auth.clientSecret), grant_type: 'client_credentials' };
      return { method: 'POST', url: auth.url, ...(auth.as === 'json' ? { body: grant } : { form: grant }) };
    }
    case 'refresh_token': {
      const grant = { grant_type: 'refresh_token', refresh_token: of(auth.refreshToken), client_id: of(auth.clientId), client_secret: of(auth.clientSecret) };
      return { method: 'POST', url: auth.url, form: grant };
    }
    case 'service_account':
      return { method: 'POST', url: assertion?.url ?? '', form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion?.text ?? '' } };
  }
}
