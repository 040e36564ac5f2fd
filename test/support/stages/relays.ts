import { wholeShard } from '../../../src/core/shard.ts';
import type { Clock } from '../../../src/core/time.ts';
import type { Database } from '../../../src/db/database.ts';
import { isBroken, type DeclaredDestination, type Destination, type Route } from '../../../src/relays/destinations/destination.ts';
import { parseDestinations } from '../../../src/relays/destinations/destinations.ts';
import { createOutbox, relayIdOf } from '../../../src/relays/outbox.ts';
import type { AttemptRow, RelayRow } from '../../../src/relays/outbox/relay.ts';
import { runResend, type ResendRequest } from '../../../src/relays/run-resend.ts';
import type { Selection } from '../../../src/relays/outbox/selection.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import type { RelayEvent } from '../../../src/engine/outbox.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Destinations from YAML lines of the list; variables as given. */
export function destinationsOf(yaml: string, variables: Readonly<Record<string, string>> = {}): Destination[] {
  const declared = parseDestinations({ file: 'destinations.yaml', text: yaml }, { variable: (name) => variables[name], brands: ['alpina', 'belmont', 'corvina'] });
  return declared.map((destination) => {
    if (isBroken(destination)) throw new Error(destination.problem);
    return destination;
  });
}

/** One destination `crm` for order documents at the receiver, with what else is given. */
export function crm(url: string, extra: Readonly<Record<string, unknown>> = {}, id = 'crm'): Destination[] {
  const spec = { id, mode: 'post', url, kinds: ['order.assembled', 'order.changed', 'order.withdrawn'], allow_private: true, secrets: ['${SECRET}'], ...extra };
  return destinationsOf(JSON.stringify({ destinations: [spec] }), { SECRET });
}

/** The event of a version of an order's document. */
export function orderEvent(order: number | string, version = 1, changes: Partial<RelayEvent> = {}): RelayEvent {
  return {
    kind: version === 1 ? 'order.assembled' : 'order.changed',
    brand: 'alpina',
    subjectId: `ord_${order}`,
    version,
    personId: `${order}`.padStart(32, '0'),
    payload: JSON.stringify({ order_id: `ord_${order}`, version }),
    dedupeKey: `ord_${order}/${version}`,
    ...changes,
  };
}

/** Puts events into the outbox as a stage does. */
export async function enqueue(database: Database, destinations: readonly Route[], clock: Clock, events: readonly RelayEvent[]): Promise<number> {
  return database.write((tx) => createOutbox(database, destinations, clock).enqueue(tx, events));
}

/** Runs resend-relays in this process. */
export function resend(
  database: Database,
  destinations: readonly DeclaredDestination[],
  clock: Clock,
  changes: Partial<Selection> & Partial<Omit<ResendRequest, 'selection'>> & { readonly signal?: AbortSignal; readonly keepBodiesDays?: number } = {},
): Promise<JobReport> {
  const { signal = new AbortController().signal, keepBodiesDays = 30, destinations: ids, limit, dryRun = false, ...selection } = changes;
  const services = { database, clock, version: '0.0.0', destinations, signal, keepBodiesDays, progress: silentProgress, random: () => 0.5 };
  return runResend(services, {
    destinations: ids,
    limit,
    dryRun,
    selection: { status: undefined, kinds: undefined, brands: undefined, range: undefined, ids: undefined, force: false, shard: wholeShard, ...selection },
  });
}

export function relayOf(order: number | string, version = 1, destination = 'crm'): string {
  return relayIdOf(destination, `ord_${order}/${version}`);
}

export function storedRelays(database: Database): Promise<RelayRow[]> {
  return database.read((knex) => knex<RelayRow>('relays').orderBy(['created_at', 'subject_id', 'version']));
}

/** The states of relays by subject and version: `ord_1 v1 delivered`. */
export async function statesOf(database: Database): Promise<string[]> {
  const rows = await storedRelays(database);
  return rows.map((row) => `${row.subject_id ?? row.dedupe_key} v${row.version ?? 0} ${row.state}`).sort();
}

export function storedAttempts(database: Database): Promise<AttemptRow[]> {
  return database.read((knex) => knex<AttemptRow>('relay_attempts').orderBy(['relay_id', 'attempt']));
}

