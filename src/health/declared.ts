import { HubError } from '../core/errors.ts';
import { useOneOf } from '../core/text/nearest.ts';
import { parseDuration } from '../core/time.ts';
import type { DeclaredDestination } from '../relays/destinations/destination.ts';
import type { WebhookSource } from '../webhooks/declare/source.ts';
import type { Integration } from './integration.ts';

/** What is declared, by which it is known what is watched. */
export interface Declarations {
  readonly brands: readonly string[];
  readonly destinations: readonly DeclaredDestination[];
  readonly webhooks: readonly Pick<WebhookSource, 'id' | 'brand' | 'isRetired'>[];
  readonly geoFile: string | undefined;
  /** Durations by id of an integration. */
  readonly expectEvery: Readonly<Record<string, string>>;
}

const ALL = '*';
const FEED = /^feed:([a-z0-9_-]+)\/([a-z0-9-]+)$/;

/**
 * All that is watched, by kind and id: destinations that are switched on, sources that are not retired, the feeds that came or
 * are expected, the intake, the database and the geo file.
 * @param feeds those that ever came, as `billing/alpina`
 * @throws HubError configuration (unknown_integration) if something is expected that is not there
 */
export function integrationsOf({ brands, destinations, webhooks, geoFile, expectEvery }: Declarations, feeds: readonly string[]): Integration[] {
  const expected = Object.keys(expectEvery).flatMap((id) => (brands.includes(FEED.exec(id)?.[2] ?? '') ? [id.slice('feed:'.length)] : []));
  const own = feeds.filter((feed) => brands.includes(feed.split('/')[1] ?? ''));
  const all: Integration[] = [
    ...destinations.filter(({ enabled }) => enabled).map((destination): Integration => ({ id: `destination:${destination.id}`, kind: 'destination', brand: onlyOne(destination.brands) })),
    ...webhooks.filter(({ isRetired }) => !isRetired).map(({ id, brand }): Integration => ({ id: `webhook:${id}`, kind: 'webhook', brand })),
    ...[...new Set([...own, ...expected])].sort().map((feed): Integration => ({ id: `feed:${feed}`, kind: 'feed', brand: feed.split('/')[1] ?? ALL })),
    { id: 'intake', kind: 'intake', brand: ALL },
    { id: 'database', kind: 'database', brand: ALL },
    ...(geoFile === undefined ? [] : [{ id: 'geo', kind: 'geo' as const, brand: ALL }]),
  ];
  const ids = all.map(({ id }) => id);
  const unknown = Object.keys(expectEvery).find((id) => !ids.includes(id));
  if (unknown === undefined) return all;
  throw new HubError('configuration', 'unknown_integration', `health.expect_every names "${unknown}", which is no integration.`, { nextStep: useOneOf(unknown, ids) });
}

/** Silence that is no fault, in milliseconds; undefined: any. */
export function expectedEvery({ expectEvery }: Pick<Declarations, 'expectEvery'>, id: string): number | undefined {
  return parseDuration(expectEvery[id] ?? '');
}

function onlyOne(brands: ReadonlySet<string> | undefined): string {
  const [first, ...more] = brands ?? [];
  return first !== undefined && more.length === 0 ? first : ALL;
}
