import { addMillis } from '../core/time.ts';
import { readDead, readLastAttempts } from './activity.repository.ts';
import { expectedEvery, integrationsOf, type Declarations } from './declared.ts';
import { readHistory, storeChecks } from './history.repository.ts';
import type { IntegrationCheck } from './integration.ts';
import { judgeIntegration } from './judge.ts';
import { openSight, type Observed } from './observe.ts';

export type HealthServices = Declarations & Observed;

const DAY_MS = 86_400_000;

/**
 * Checks every integration by what really happened, and by probes if there is a prober (serve specification, "Health").
 * @param store false: nothing is written
 * @throws HubError configuration if something is expected that is not there
 */
export async function checkHealth(services: HealthServices, { store }: { readonly store: boolean }): Promise<IntegrationCheck[]> {
  const { database, clock } = services;
  const { dialect } = database;
  const now = clock.now();
  const { feeds, history, destinations, webhooks } = await database.read(async (knex) => {
    const isExpected = (kind: string): boolean => Object.keys(services.expectEvery).some((id) => id.startsWith(`${kind}:`));
    return {
      feeds: await readLastAttempts(knex, dialect, 'feed'),
      history: await readHistory(knex, dialect, now),
      // Only who must not be silent is looked for further back than a day.
      destinations: isExpected('destination') ? await readLastAttempts(knex, dialect, 'destination') : new Map<string, never>(),
      webhooks: isExpected('webhook') ? await readLastAttempts(knex, dialect, 'webhook') : new Map<string, never>(),
    };
  });
  const dead = await database.read((knex) => readDead(knex, dialect, history.checkedAt ?? addMillis(now, -DAY_MS)));
  const lasts = new Map([...prefixed('feed', feeds), ...prefixed('destination', destinations), ...prefixed('webhook', webhooks)]);
  const sightOf = await openSight(services, now);
  const checks: IntegrationCheck[] = [];
  for (const integration of integrationsOf(services, [...feeds.keys()])) {
    const { id } = integration;
    const before = history.before.get(id);
    const { activity, ...seen } = await sightOf(integration);
    const lastAttempt = activity.lastAttempt ?? lasts.get(id) ?? before?.activity.lastAttempt ?? null;
    const known = { dead: dead.get(id) ?? 0, lastAttempt, expectEveryMs: expectedEvery(services, id), usualP95Ms: history.usualP95Ms.get(id), failedBefore: history.failedProbes.has(id) };
    const { state, reason } = judgeIntegration({ activity, ...seen, ...known }, now);
    checks.push({
      ...{ ...integration, checkedAt: now, state, reason, since: before?.state === state ? before.since : now, dead: known.dead },
      activity: { ...activity, lastAttempt, lastSuccess: activity.lastSuccess ?? before?.activity.lastSuccess ?? null },
      probe: seen.probe === undefined ? null : seen.probe.ok ? 'ok' : 'failed',
    });
  }
  if (store) await database.write((tx) => storeChecks(tx, checks));
  return checks;
}

/** True unless something is down or degraded; of what nobody knows nothing is said. */
export function isWell(checks: readonly IntegrationCheck[]): boolean {
  return checks.every(({ state }) => state === 'healthy' || state === 'unverified');
}

function* prefixed<Value>(kind: string, values: ReadonlyMap<string, Value>): Generator<readonly [string, Value]> {
  for (const [name, value] of values) yield [`${kind}:${name}`, value];
}
