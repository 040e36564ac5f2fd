import { startTimer } from '../core/time.ts';
import { jsonText, Simulator, type SimulatedAnswer, type SimulatedRequest } from './simulator.client.ts';

export interface StripeObject {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly [field: string]: unknown;
}

/** Lists by their paths; `payout` filters movements. */
const LISTS = ['charges', 'refunds', 'disputes', 'payouts', 'customers', 'balance_transactions'] as const;
export type StripeList = (typeof LISTS)[number];

const DAY_S = 86_400;
const EVENTS_KEPT_S = 30 * DAY_S;

/**
 * The part of Stripe's API that hub asks: lists newest first by `created`, objects by their ids, events for 30 days with
 * objects of an older version, pretty-printed.
 */
export class StripeSimulator extends Simulator {
  key = 'rk_test_simulated';
  version = '2026-10-28.endive';
  /** Movements of payouts, by the id of the payout. */
  readonly movements = new Map<string, StripeObject[]>();
  /** The most requests in a second; more are refused. */
  requestsPerSecond = Number.POSITIVE_INFINITY;
  refused = 0;
  readonly #objects = new Map<string, StripeObject[]>(LISTS.map((list) => [list, []]));
  readonly #events: StripeObject[] = [];
  readonly #elapsed = startTimer();
  #recent: number[] = [];
  #numbers = 0;

  get nowSeconds(): number {
    return Math.floor(this.now / 1_000);
  }

  /** Puts an object there, with an event if it has a type. */
  put(list: StripeList, object: StripeObject, eventType?: string): void {
    const objects = this.#objects.get(list) ?? [];
    const index = objects.findIndex(({ id }) => id === object.id);
    if (index < 0) objects.push(object);
    else objects[index] = object;
    if (eventType !== undefined) this.event(eventType, object);
  }

  /** All objects of a list, in the order in which they came. */
  all(list: StripeList): readonly StripeObject[] {
    return this.#objects.get(list) ?? [];
  }

  remove(list: StripeList, id: string): void {
    this.#objects.set(list, (this.#objects.get(list) ?? []).filter((object) => object.id !== id));
  }

  /** Its object has an older version: fewer fields. */
  event(type: string, object: StripeObject, created = this.nowSeconds): void {
    const id = `evt_${String(++this.#numbers).padStart(6, '0')}`;
    this.#events.push({ id, object: 'event', api_version: '2019-05-16', created, type, data: { object: { id: object.id, object: type.split('.')[0] } } });
  }

  protected answer({ method, url, headers }: SimulatedRequest): SimulatedAnswer {
    const served = { 'stripe-version': this.version, 'request-id': `req_${++this.#numbers}` };
    if (headers['authorization'] !== `Bearer ${this.key}`) return failure(401, { message: 'Invalid API Key provided: rk_test_****', type: 'invalid_request_error' }, served);
    if (!this.#hasRoom()) {
      this.refused++;
      return failure(429, { type: 'invalid_request_error', code: 'rate_limit', message: 'Request rate limit exceeded.' }, { ...served, 'stripe-rate-limited-reason': 'global-rate' });
    }
    const [, list = '', id] = /^\/v1\/([a-z_]+)(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (method !== 'GET' || (list !== 'events' && !this.#objects.has(list))) return failure(404, { type: 'invalid_request_error', message: 'Unrecognized request URL' }, served);
    if (id === undefined) return this.#page(list, url.searchParams, served);
    const object = this.#objects.get(list)?.find((each) => each.id === id);
    if (object === undefined) return failure(404, { code: 'resource_missing', type: 'invalid_request_error', message: `No such ${list}: '${id}'` }, served);
    return { status: 200, headers: served, body: jsonText(object, 2) };
  }

  #page(list: string, query: URLSearchParams, headers: Record<string, string>): SimulatedAnswer {
    const payout = query.get('payout');
    const all = list === 'events' ? this.#events.filter(({ created }) => created > this.nowSeconds - EVENTS_KEPT_S) : payout === null ? (this.#objects.get(list) ?? []) : (this.movements.get(payout) ?? []);
    const types = [...query].flatMap(([name, value]) => (/^types\[\d+\]$/.test(name) ? [value] : []));
    const [from, to] = [Number(query.get('created[gte]') ?? 0), Number(query.get('created[lt]') ?? Number.POSITIVE_INFINITY)];
    // The newest first; of one second, the one that came last.
    const chosen = all
      .map((object, index) => ({ object, index }))
      .filter(({ object }) => object.created >= from && object.created < to && (types.length === 0 || types.includes(object['type'] as string)))
      .sort((a, b) => b.object.created - a.object.created || b.index - a.index)
      .map(({ object }) => object);
    const after = query.get('starting_after');
    const start = after === null ? 0 : chosen.findIndex(({ id }) => id === after) + 1;
    if (after !== null && start === 0) return failure(400, { type: 'invalid_request_error', param: 'starting_after', message: `No such object: '${after}'` }, headers);
    const limit = Number(query.get('limit') ?? 10);
    const data = chosen.slice(start, start + limit);
    return { status: 200, headers, body: jsonText({ object: 'list', url: `/v1/${list}`, has_more: start + limit < chosen.length, data }, 2) };
  }

  #hasRoom(): boolean {
    const now = this.#elapsed();
    this.#recent = this.#recent.filter((at) => at > now - 1_000);
    if (this.#recent.length >= this.requestsPerSecond) return false;
    this.#recent.push(now);
    return true;
  }
}

function failure(status: number, error: object, headers: Readonly<Record<string, string>>): SimulatedAnswer {
  return { status, headers, body: JSON.stringify({ error }, null, 2) };
}
