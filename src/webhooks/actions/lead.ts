import { toIso } from '../../core/time.ts';
import { parseJsonPairs } from '../../leads/pairs.ts';
import type { WebhookAction } from '../declare/source.ts';
import { valueAt } from '../pointer.ts';
import { leadIdOf } from './event.ts';
import type { KnownForms, PlannedAction, ReadableEvent } from './planned-action.ts';

const DONE = 200;

/**
 * A lead of a form from values of the body, as if it had been sent with a key: it takes the ten steps. Nobody was sent
 * anywhere, and no client is known.
 */
export function planLead({ form, fields }: Extract<WebhookAction, { kind: 'lead' }>, { content, event }: Pick<ReadableEvent, 'content' | 'event'>, { forms, version }: KnownForms): PlannedAction {
  if (!forms.some(({ id, brand }) => id === form && brand === event.brand)) return { kind: 'dead', reason: 'unknown_form' };
  const values = [...fields].flatMap(([name, pointer]) => {
    const value = valueAt(content, pointer);
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  const pairs = parseJsonPairs(Buffer.from(JSON.stringify(Object.fromEntries(values))));
  // An object is no text of a field, whoever sends it.
  if (pairs === undefined) return { kind: 'dead', reason: 'no_fields' };
  return {
    kind: 'lead',
    record: {
      ...{ v: 1, kind: 'lead', lead_id: leadIdOf(event), received_at: toIso(event.receivedAt), brand: event.brand, form, partner: null, method: 'POST' },
      ...{ path: `/w/${event.source}`, headers: {}, address: '', key: event.source, pairs, extra: [], query: [] },
      decision: { rule: null, location: '', state: 'unknown', knowledge_as_of: null, withheld: false, forms: version },
      ...{ status: DONE, micros: 0 },
    },
  };
}
