import { HubError } from '../core/errors.ts';
import type { Problem } from '../core/problem.ts';
import { someAtOnce } from '../core/async/some-at-once.ts';
import { toIso, type Instant } from '../core/time.ts';
import { cutoffOf, type Retention } from '../engine/retention-policy.ts';
import type { Transaction } from '../db/database.ts';
import { openHttpClient } from '../net/http.client.ts';
import type { ProxySettings } from '../net/proxy.ts';
import { whichEnded } from '../engine/runs/job-runs.repository.ts';
import { runJob, type Job, type JobOutcome, type JobReport, type JobServices } from '../engine/runs/job.ts';
import type { Progress } from '../engine/runs/progress.ts';
import { purgeBodies } from './outbox/bodies.repository.ts';
import { claimRelays } from './send/claims.repository.ts';
import { readHealth } from './destinations/destination-states.repository.ts';
import { haltOf, type Halt } from './describe.ts';
import { brokenAmong, chooseDestinations } from './destinations/choose.ts';
import { isBroken, type DeclaredDestination, type Destination } from './destinations/destination.ts';
import { healthy, withoutWaits, type Health } from './destinations/health.ts';
import { Lane } from './send/lane.ts';
import { inFlightRuns, readStates, requireRelays, waitingRelays } from './outbox/relays.repository.ts';
import { givenUpProblems, haltProblems, unsentProblem } from './resend-problems.ts';
import type { Selection } from './outbox/selection.ts';
import { Tally } from './send/tally.ts';

/** What is asked for. */
export interface ResendRequest {
  /** Undefined: all. */
  readonly destinations: readonly string[] | undefined;
  readonly selection: Selection;
  /** At most so many relays. */
  readonly limit: number | undefined;
  readonly dryRun: boolean;
}

export interface ResendServices extends JobServices {
  readonly destinations: readonly DeclaredDestination[];
  /** Undefined: everything is called directly. */
  readonly proxy?: ProxySettings;
  readonly signal: AbortSignal;
  readonly keepBodiesDays: Retention['relay_bodies'];
  readonly progress: Progress;
  readonly random?: () => number;
}

/** So many runs may send at once. */
const SLOTS = 64;
const MOST_PURGED = 20_000;
const DRY_BATCH = 1_000;

/** Sends the relays that are due, each destination by itself, as one recorded run. */
export async function runResend(services: ResendServices, request: ResendRequest): Promise<JobReport> {
  const { selection, dryRun, limit } = request;
  const { status, kinds, brands, range, ids, force, shard } = selection;
  const spec = {
    command: 'resend-relays',
    brands: brands ?? [],
    shard: shard.label,
    dryRun,
    slots: SLOTS,
    params: {
      destinations: request.destinations ?? null,
      status: status ?? null,
      kinds: kinds ?? null,
      brands: brands ?? null,
      from: range?.from ?? null,
      to: range?.until ?? null,
      ids: ids ?? null,
      limit: limit ?? null,
      force,
      shard: shard.label,
    },
  };
  const chosen = chooseDestinations(services.destinations, request.destinations);
  if (ids !== undefined) await requireRelays(services.database, ids);
  return runJob(services, spec, (job, guarded) => new Resend(guarded, request, chosen, job).run());
}

class Resend {
  readonly #services: ResendServices;
  readonly #request: ResendRequest;
  readonly #destinations: readonly DeclaredDestination[];
  readonly #job: Job;
  readonly #tallies = new Map<string, Tally>();

  constructor(services: ResendServices, request: ResendRequest, destinations: readonly DeclaredDestination[], job: Job) {
    this.#services = services;
    this.#request = request;
    this.#destinations = destinations;
    this.#job = job;
    for (const { id } of destinations) this.#tallies.set(id, new Tally());
  }

  async run(): Promise<JobOutcome> {
    const { database, progress, signal } = this.#services;
    const before = await database.read(readHealth);
    if (this.#request.dryRun) {
      await this.#rehearse(before);
      return this.#outcome(before);
    }
    const waiting = await this.#waiting();
    progress.start(Math.max(1, this.#destinations.reduce((sum, { id }) => sum + (waiting.get(id)?.waiting ?? 0), 0)));
    try {
      await this.#send(before);
    } finally {
      progress.stop();
    }
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'Sending was interrupted; what was under way is recorded.');
    await this.#purge();
    return this.#outcome(await database.read(readHealth));
  }

  async #send(health: ReadonlyMap<string, Health>): Promise<void> {
    const { database, clock, version, progress, random = Math.random } = this.#services;
    const { selection, limit } = this.#request;
    const ended = await whichEnded(database, await inFlightRuns(database, this.#ids));
    const budget = { left: limit ?? Number.MAX_SAFE_INTEGER };
    let done = 0;
    const lanes = this.#ready(health).map((destination) => async (signal: AbortSignal) => {
      const client = openHttpClient({ ...destination, proxy: this.#services.proxy });
      const onAttempt = (): void => progress.update(++done, done, destination.id);
      const services = { database, clock, version, random, client, job: this.#job, signal, endedRuns: ended, budget, onAttempt };
      try {
        await new Lane(services, destination, selection, health.get(destination.id) ?? healthy, this.#tallyOf(destination)).run();
      } finally {
        await client.close();
      }
    });
    // With a limit one after the other, so that what one leaves of it is there for the next.
    await someAtOnce(lanes, limit === undefined ? Math.max(1, lanes.length) : 1, this.#services.signal);
  }

  /** Claims everything that would be sent, in a transaction that is rolled back. */
  async #rehearse(health: ReadonlyMap<string, Health>): Promise<void> {
    const { database, signal } = this.#services;
    const ended = await whichEnded(database, await inFlightRuns(database, this.#ids));
    const rehearse = async (tx: Transaction): Promise<void> => {
      let left = this.#request.limit ?? Number.MAX_SAFE_INTEGER;
      for (const destination of this.#ready(health)) {
        const tally = new Tally();
        for (let more = true; more && left > 0 && !signal.aborted; ) {
          const claim = await claimRelays(database, tx, this.#claimRequest(destination, Math.min(DRY_BATCH, left), ended));
          left -= claim.relays.length;
          tally.sent += claim.relays.length;
          tally.cancelled += claim.cancelled;
          tally.dead += claim.dead;
          more = claim.relays.length + claim.cancelled + claim.dead > 0;
        }
        this.#tallies.set(destination.id, tally);
      }
    };
    await database.rehearse(rehearse, { signal });
  }

  #claimRequest(destination: Destination, limit: number, ended: readonly string[]) {
    return {
      destination: destination.id,
      selection: this.#request.selection,
      limit,
      runId: this.#job.runId,
      now: this.#services.clock.now(),
      leaseMs: 60_000,
      endedRuns: ended,
      mostTries: destination.retryMs.length + 1,
      requestsPerSecond: undefined,
      purpose: destination.purpose,
    };
  }

  async #purge(): Promise<void> {
    const { database, clock, keepBodiesDays } = this.#services;
    const before = cutoffOf(keepBodiesDays, clock.now());
    if (before !== undefined) await purgeBodies(database, before, MOST_PURGED);
  }

  async #outcome(health: ReadonlyMap<string, Health>): Promise<JobOutcome> {
    const { clock } = this.#services;
    const waiting = await this.#waiting();
    const halts = new Map(this.#destinations.map((destination) => [destination.id, haltOf(destination, health.get(destination.id) ?? healthy, clock.now())]));
    const items = this.#destinations.map((destination) => {
      const tally = this.#tallyOf(destination);
      const stored = waiting.get(destination.id);
      return {
        destination: destination.id,
        ...countsOf(tally),
        waiting: stored?.waiting ?? 0,
        oldest_waiting_at: stored === undefined ? null : toIso(stored.oldest),
        p50_ms: tally.latency(0.5),
        p95_ms: tally.latency(0.95),
        halted: halts.get(destination.id)?.why ?? null,
      };
    });
    const totals = Object.fromEntries([...COUNTS, 'waiting' as const].map((name) => [name, items.reduce((sum, item) => sum + item[name], 0)]));
    const broken = new Set(brokenAmong(this.#destinations).map(({ id }) => id));
    const halted = items.map(({ destination: id, waiting: count }) => ({ id, halt: halts.get(id), waiting: count, isBroken: broken.has(id) }));
    // What waits for a disabled destination waits for somebody: each run says so until it is enabled.
    const stuck = halted.some(({ halt, waiting: count }) => halt?.code === 'destination_disabled' && count > 0);
    const refused = broken.size > 0 || stuck || [...this.#tallies.values()].some((tally) => tally.dead > 0 || tally.disabled);
    return {
      status: refused && !this.#request.dryRun ? 'refused' : 'succeeded',
      totals,
      items,
      problems: [...haltProblems(halted), ...(await this.#unsent())],
      furtherProblems: this.#request.dryRun ? [] : givenUpProblems(items.map(({ destination: id, dead }) => ({ id, relays: dead }))),
    };
  }

  /** Relays that were named and not sent, each with the reason. */
  async #unsent(): Promise<Problem[]> {
    const { ids, force } = this.#request.selection;
    if (ids === undefined || this.#request.dryRun) return [];
    const rows = await readStates(this.#services.database, ids);
    return ids.flatMap((id) => {
      const row = rows.get(id);
      return row === undefined || row.run_id === this.#job.runId ? [] : [unsentProblem(id, row, force)];
    });
  }

  /** Those that are sent to. */
  #ready(health: ReadonlyMap<string, Health>): Destination[] {
    return this.#destinations.filter((destination): destination is Destination => !isBroken(destination) && this.#obstacle(destination, health) === undefined);
  }

  #obstacle(destination: DeclaredDestination, health: ReadonlyMap<string, Health>): Halt | undefined {
    const own = health.get(destination.id) ?? healthy;
    return haltOf(destination, this.#request.selection.force ? withoutWaits(own) : own, this.#services.clock.now());
  }

  #waiting(): Promise<Map<string, { waiting: number; oldest: Instant }>> {
    return this.#services.database.read((knex) => waitingRelays(knex, this.#ids));
  }

  get #ids(): string[] {
    return this.#destinations.map(({ id }) => id);
  }

  #tallyOf({ id }: DeclaredDestination): Tally {
    return this.#tallies.get(id) ?? new Tally();
  }
}

const COUNTS = ['sent', 'delivered', 'retrying', 'dead', 'redirected', 'cancelled'] as const;

function countsOf(tally: Tally): Record<(typeof COUNTS)[number], number> {
  const { sent, delivered, retrying, dead, redirected, cancelled } = tally;
  return { sent, delivered, retrying, dead, redirected, cancelled };
}
