import type { JsonValue } from './json/json.ts';

/** Where in the work on a slice a request belongs. */
export type Phase = 'request' | 'token' | 'create' | 'poll' | 'result';

/** What came of a request, read as far as rules ask. */
export interface ApiAnswer {
  /** 0 if there was no answer. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined if the body is no JSON. */
  readonly body: JsonValue | undefined;
  readonly text: string;
  /** Why there is no answer, or not the whole of it: `timeout`, `ECONNRESET`, `cut` …; null if nothing is missing. */
  readonly failure: string | null;
}

/** A request as a definition makes it: without address, credentials and headers that all requests have. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Behind the base URL, `/v1/charges`; of a URL that the platform gave, the whole of it. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: JsonObject;
  /** Sent as a form. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What limits of single endpoints count it as. */
  readonly endpoint?: string;
}

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}
