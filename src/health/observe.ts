import { millisOf, startTimer, type Clock, type Instant } from '../core/time.ts';
import type { Database } from '../db/database.ts';
import { readHealth } from '../relays/destinations/destination-states.repository.ts';
import { isBroken, unusableBecause, type DeclaredDestination, type Destination } from '../relays/destinations/destination.ts';
import type { Health } from '../relays/destinations/health.ts';
import { activities, nothingHappened } from './activity.ts';
import { readActivities } from './activity.repository.ts';
import type { Activity, Integration, Probe } from './integration.ts';
import type { Observation } from './judge.ts';
import { probeBy } from './probe.client.ts';

/** Tries whether integrations answer; undefined of one that cannot be tried. */
export interface Prober {
  destination(destination: Destination): Promise<Probe | undefined>;
  /** @param feed `billing/alpina` */
  feed(feed: string): Promise<Probe | undefined>;
  intake(): Promise<Probe>;
}

/** Where integrations are looked at. */
export interface Observed {
  readonly database: Database;
  readonly clock: Clock;
  readonly destinations: readonly DeclaredDestination[];
  readonly geoFile: string | undefined;
  /** Opens a geo file and tells when it was built, in milliseconds since 1970. */
  readonly openGeo: (file: string) => Promise<{ readonly builtMs: number }>;
  /** Undefined: only what really happened counts. */
  readonly prober: Prober | undefined;
}

/** What is seen of an integration itself, without its history. */
export type Sight = Pick<Observation, 'activity' | 'halted' | 'unknown' | 'ageDays' | 'probe'>;

const DAY_MS = 86_400_000;
const PINGS = 20;

/** Gives what looks at integrations, each by its kind. */
export async function openSight(observed: Observed, now: Instant): Promise<(integration: Integration) => Promise<Sight>> {
  const { database, prober } = observed;
  const { dialect } = database;
  const states = await database.read(readHealth);
  const happened = await database.read(async (knex) => ({
    destination: await readActivities(knex, dialect, 'destination', now),
    webhook: await readActivities(knex, dialect, 'webhook', now),
    feed: await readActivities(knex, dialect, 'feed', now),
    intake: await readActivities(knex, dialect, 'intake', now),
  }));
  return async ({ id, kind }) => {
    const name = id.slice(id.indexOf(':') + 1);
    if (kind === 'database') return { activity: await pings(observed) };
    if (kind === 'geo') return sightOfGeo(observed, now);
    const activity = happened[kind].get(name) ?? nothingHappened;
    if (kind === 'destination') return { activity, ...(await sightOfDestination(observed, states.get(name), name)) };
    if (kind === 'webhook') return { activity };
    return { activity, probe: kind === 'feed' ? await prober?.feed(name) : await prober?.intake() };
  };
}

async function sightOfDestination({ destinations, prober }: Observed, health: Health | undefined, name: string): Promise<Omit<Sight, 'activity'>> {
  const destination = destinations.find(({ id }) => id === name);
  if (destination === undefined || isBroken(destination)) return { halted: destination === undefined ? undefined : `cannot be used: ${destination.problem}` };
  if (health !== undefined && health.disabledAt !== null) return { halted: `disabled: ${health.disabledReason ?? ''}` };
  const unknown = unusableBecause(destination);
  return unknown === undefined ? { probe: await prober?.destination(destination) } : { unknown };
}

/** Questions to the database, as what really happens to it is not recorded. */
async function pings({ database, clock }: Observed): Promise<Activity> {
  const groups = [];
  for (let nth = 0; nth < PINGS; nth++) {
    const elapsed = startTimer();
    await database.read((knex) => knex.raw('select 1'));
    groups.push({ name: '', ok: true, durationMs: elapsed(), attempts: 1, recent: 1, last: clock.now() });
  }
  return activities(groups, new Map()).get('') ?? nothingHappened;
}

/** The file is read at every check: that is its attempt. */
async function sightOfGeo({ geoFile = '', openGeo }: Observed, now: Instant): Promise<Sight> {
  let builtMs = millisOf(now);
  const probe = await probeBy(async () => ({ builtMs } = await openGeo(geoFile)));
  const groups = [{ name: '', ok: probe.ok, durationMs: null, attempts: 1, recent: 1, last: now }];
  return { activity: activities(groups, new Map()).get('') ?? nothingHappened, probe, ageDays: Math.floor((millisOf(now) - builtMs) / DAY_MS), halted: probe.ok ? undefined : `cannot be read: ${probe.why}` };
}
