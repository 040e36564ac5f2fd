import type { Knex } from 'knex';

import { HubError } from '../../core/errors.ts';
import type { Instant } from '../../core/time.ts';
import { asKey } from '../../db/key-lookup.ts';
import type { WebhookState } from '../actions/outcome.ts';
import type { HintRow, WebhookHead, WebhookRow } from './tables.ts';
import { HEAD, type EventKey } from './webhooks.repository.ts';

/** Which events are meant; what is not given leaves all. */
export interface EventFilter {
  readonly brands: readonly string[];
  readonly sources?: readonly string[] | undefined;
  readonly states?: readonly WebhookState[] | undefined;
  readonly types?: readonly string[] | undefined;
  /** By their first receipt, half-open. */
  readonly range?: { readonly from: Instant; readonly until: Instant } | undefined;
  /** `whk_…`, or source and event with a slash between. */
  readonly ids?: readonly string[] | undefined;
}

/** How many events there are of a source, in a state, for a reason. */
export interface EventSum {
  readonly source: string;
  readonly state: WebhookState;
  readonly reason: string | null;
  readonly events: number;
  readonly deliveries: number;
}

const WEBHOOK_ID = /^whk_[0-9a-f]{24}$/;

/** The newest events, without their bodies. */
export async function listEvents(knex: Knex, filter: EventFilter, limit: number): Promise<WebhookHead[]> {
  return filtered(knex, filter).orderBy([{ column: 'received_at', order: 'desc' }, { column: 'source' }, { column: 'event_id' }]).limit(limit).select<WebhookHead[]>(HEAD);
}

/** What there is, by source, state and reason. */
export async function sumEvents(knex: Knex, filter: EventFilter): Promise<EventSum[]> {
  const rows = await filtered(knex, filter).groupBy('source', 'state', 'reason').orderBy([{ column: 'source' }, { column: 'state' }, { column: 'reason' }]).select<Record<string, unknown>[]>('source', 'state', 'reason', knex.raw('count(*) as events'), knex.raw('sum(deliveries) as deliveries'));
  return rows.map((row) => ({ ...row, events: Number(row['events']), deliveries: Number(row['deliveries']) }) as EventSum);
}

/** The keys of a page of events in their order. @param after the last one of the page before */
export async function eventKeys(knex: Knex, filter: EventFilter, after: EventKey | undefined, limit: number): Promise<EventKey[]> {
  const query = filtered(knex, filter);
  if (after !== undefined) void query.where((rest) => void rest.where('source', '>', after.source).orWhere((same) => void same.where({ source: after.source }).where('event_id', '>', after.event_id)));
  return query.orderBy(['source', 'event_id']).limit(limit).select<EventKey[]>('source', 'event_id');
}

/**
 * One event with its body.
 * @throws HubError usage if there is none
 */
export async function findEvent(knex: Knex, brands: readonly string[], id: string): Promise<{ readonly event: WebhookRow; readonly hints: readonly HintRow[] }> {
  const event = await filtered(knex, { brands, ids: [id] }).first<WebhookRow | undefined>();
  if (event === undefined) throw new HubError('usage', 'unknown_webhook', `There is no webhook ${id}.`, { nextStep: 'Give its id, whk_… or source/event, as hub webhooks list shows them.' });
  return { event, hints: await knex<HintRow>('refetch_hints').where({ source: event.source, webhook_id: event.webhook_id }).select<HintRow[]>() };
}

function filtered(knex: Knex, { brands, sources, states, types, range, ids }: EventFilter): Knex.QueryBuilder<WebhookRow, WebhookRow[]> {
  const query = knex<WebhookRow>('webhooks').whereIn('brand', brands) as Knex.QueryBuilder<WebhookRow, WebhookRow[]>;
  if (sources !== undefined) void query.whereIn('source', sources.map(asKey));
  if (states !== undefined) void query.whereIn('state', states);
  if (types !== undefined) void query.whereIn('type', types);
  if (range !== undefined) void query.where('received_at', '>=', range.from).where('received_at', '<', range.until);
  if (ids !== undefined) {
    void query.where((any) => {
      for (const id of ids) {
        const [source = '', ...event] = id.split('/');
        void (WEBHOOK_ID.test(id) ? any.orWhere({ webhook_id: id }) : any.orWhere({ source: asKey(source), event_id: asKey(event.join('/')) }));
      }
    });
  }
  return query;
}
