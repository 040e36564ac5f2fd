import type { Stream } from '../../api/platform.ts';
import { byCreated, dayWindow, listOf, objectFields } from './list.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Events may show late: an hour is asked for again. */
export const eventCursor = byCreated(HOUR_MS);
/** Kept for 30 days; a day is left for the run itself. */
export const EVENTS_REMEMBERED_MS = 29 * DAY_MS;

/** That something happened; what an object is now is asked of the object, as the one in an event has another version and lacks fields. */
export const events: Stream = {
  name: 'events',
  summary: 'what happened to which object; kept by Stripe for 30 days',
  disposition: 'event',
  key: ['id'],
  fields: [
    ...objectFields,
    { path: 'type', kind: 'text', required: true },
    { path: 'data.object.id', kind: 'text' },
    { path: 'data.object.object', kind: 'text' },
    { path: 'api_version', kind: 'text' },
  ],
  ignored: ['object', 'account', 'context', 'livemode', 'pending_webhooks', 'request', 'data'],
  deletions: 'none',
  extraction: { cursor: eventCursor, window: dayWindow, fetch: (slice) => listOf('/v1/events', slice) },
};
