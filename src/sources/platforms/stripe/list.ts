import { epochSeconds, parseInstant, type Instant } from '../../../core/time.ts';
import type { Cursor } from '../../api/cursor-window.ts';
import type { Field } from '../../api/fields.ts';
import type { Pages, Slice } from '../../api/platform.ts';

const HOUR_MS = 3_600_000;
/** A day a slice: objects of a day are few enough, and a quarter of an hour is small enough where they are not. */
export const dayWindow = { stepMs: 24 * HOUR_MS, smallestMs: 900_000 };

/** `created` in whole seconds, both bounds taken. */
export const byCreated = (overlapMs: number): Cursor => ({ field: 'created', precisionMs: 1_000, bound: 'inclusive', overlapMs, lagMs: 0, upper: true });

/** The pages of a list, newest first, of the objects that were created in the slice. */
export function listOf(path: string, { from, to }: Pick<Slice, 'from' | 'to'>, more: Readonly<Record<string, string>> = {}): Pages {
  const created = { ...(from === null ? {} : { 'created[gte]': seconds(from) }), ...(to === null ? {} : { 'created[lt]': seconds(to) }) };
  return {
    kind: 'pages',
    request: { method: 'GET', url: path, query: { limit: '100', ...created, ...more }, endpoint: path },
    paginator: { kind: 'last_id', records: 'data', id: 'id', more: 'has_more', param: 'starting_after' },
    records: { kind: 'json', path: 'data' },
  };
}

/** One object by its id. */
export function objectOf(path: string, id: string): Pages {
  return { kind: 'pages', request: { method: 'GET', url: `${path}/${encodeURIComponent(id)}`, endpoint: path }, paginator: { kind: 'none' }, records: { kind: 'json', path: '' } };
}

/** What all objects have. */
export const objectFields: readonly Field[] = [
  { path: 'id', kind: 'text', required: true },
  { path: 'created', kind: 'epoch' },
];

function seconds(text: string): string {
  return String(epochSeconds(parseInstant(text) ?? (text as Instant)));
}
