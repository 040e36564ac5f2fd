import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import pLimit, { type LimitFunction } from 'p-limit';

import { isTransient } from '../../core/errors.ts';
import { failpoint } from '../../core/failpoint.ts';
import { retry } from '../../core/async/retry.ts';
import { millisOf, startTimer } from '../../core/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Job } from '../../engine/runs/job.ts';
import { attemptRelay, type AttemptServices } from './attempt.ts';
import { claimRelays, DEFER_MS, isMoreDue, releaseRelays, type Claim, type ClaimedRelay, type ClaimRequest } from './claims.repository.ts';
import type { Destination } from '../destinations/destination.ts';
import { healthAfter, isHalted, needsProbe, withoutWaits, type Health } from '../destinations/health.ts';
import { recordAttempts, type Attempt } from './outcomes.repository.ts';
import { Recorder } from './recorder.ts';
import type { Selection } from '../outbox/selection.ts';
import type { Tally } from './tally.ts';

export interface LaneServices extends AttemptServices {
  readonly database: Database;
  readonly job: Job;
  readonly signal: AbortSignal;
  /** Runs that have ended without giving back what they had in flight. */
  readonly endedRuns: readonly string[];
  /** How many relays may still be taken, of all destinations together. */
  readonly budget: { left: number };
  readonly onAttempt: () => void;
}

const MOST_CLAIMED = 512;
/** A claim is not sent if its lease could end before the answer is recorded. */
const LEASE_MARGIN_MS = 10_000;
const IDLE_MS = 250;
/** How long a lane stays for relays whose older version is on its way elsewhere, or for a destination that asked to wait. */
const MOST_LINGERING_MS = 20_000;
/** Outcomes must not get lost to a busy database. */
const WRITE_RETRIES = { retries: 12, baseMs: 200, capMs: 5_000, shouldRetry: isTransient };

/** Sends what is due for one destination: claims a little ahead, sends some at once, records as answers come. */
export class Lane {
  readonly #services: LaneServices;
  readonly #destination: Destination;
  readonly #selection: Selection;
  readonly #tally: Tally;
  readonly #recorder: Recorder<Attempt>;
  readonly #released: ClaimedRelay[] = [];
  readonly #leaseMs: number;
  #health: Health;
  /** Claimed and not ended: under way, or waiting for its turn. */
  #open = 0;
  #failure: unknown;
  /** Since a relay was put off, and since this lane waits for what others hold. */
  #deferred: (() => number) | undefined;
  #lingering: (() => number) | undefined;
  #wake: () => void = () => undefined;

  constructor(services: LaneServices, destination: Destination, selection: Selection, health: Health, tally: Tally) {
    this.#services = services;
    // One for each relay that waits for its time.
    setMaxListeners(0, services.signal);
    this.#destination = destination;
    this.#selection = selection;
    // A pause does not hold up who forces; a new one does.
    this.#health = selection.force ? withoutWaits(health) : health;
    this.#tally = tally;
    this.#leaseMs = Math.max(120_000, 3 * destination.timeoutMs + 60_000);
    this.#recorder = new Recorder((attempts) => this.#record(attempts));
  }

  /** Runs until nothing is due, the destination is halted, or the run is interrupted. What is in flight is finished. */
  async run(): Promise<void> {
    try {
      await this.#sendAll();
    } finally {
      await this.#until(() => this.#open === 0);
      await this.#recorder.drained().finally(() => this.#release());
    }
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  async #sendAll(): Promise<void> {
    const { concurrency } = this.#destination;
    const limit = pLimit(concurrency);
    let batch = Math.min(MOST_CLAIMED, 8 * concurrency);
    for (;;) {
      const probing = needsProbe(this.#health);
      // Claimed early enough that requests go on while the next claim is made.
      await this.#until(() => this.#open <= (probing ? 0 : Math.max(2 * concurrency, batch / 2)));
      if (probing) await this.#recorder.drained();
      while (this.#briefHoldMs > 0) await this.#outlastHold();
      const size = Math.min(needsProbe(this.#health) ? 1 : batch, this.#services.budget.left);
      if (this.#halted || size <= 0) return;
      const age = startTimer();
      const request = this.#claimRequest(size);
      const claim = await this.#claim(request);
      failpoint('relays.claimed');
      this.#services.budget.left -= claim.relays.length;
      // Everything was sent before the database answered: a slow one is asked for more at a time.
      if (this.#open === 0 && claim.relays.length === batch) batch = Math.min(MOST_CLAIMED, 2 * batch);
      for (const relay of claim.relays) this.#start(relay, limit, age);
      if (claim.relays.length === 0 && !(await this.#mayBeMore(claim, request))) return;
    }
  }

  /** Waits for the end of a short hold, so that what is due need not wait for the next run; what was claimed goes back. */
  async #outlastHold(): Promise<void> {
    const { heldUntil } = this.#health;
    await this.#until(() => this.#open === 0);
    await this.#recorder.drained();
    await this.#release();
    await sleep(this.#briefHoldMs, undefined, { signal: this.#services.signal }).catch(() => undefined);
    if (this.#health.heldUntil === heldUntil) this.#health = { ...this.#health, heldUntil: null };
  }

  /** After a claim that found nothing: waits for what could change that; false if nothing can. */
  async #mayBeMore(claim: Claim, request: ClaimRequest): Promise<boolean> {
    if (claim.cancelled + claim.dead > 0 || this.#briefHoldMs > 0) return true;
    if (this.#open > 0) {
      await this.#until(() => this.#open === 0);
      await this.#recorder.drained();
      return true;
    }
    if (claim.deferred > 0) this.#deferred = startTimer();
    const deferred = this.#deferred !== undefined && this.#deferred() < 2 * DEFER_MS;
    if (!claim.throttled && !deferred && !(await isMoreDue(this.#services.database, request))) return false;
    this.#lingering ??= startTimer();
    if (!claim.throttled && this.#lingering() > MOST_LINGERING_MS) return false;
    await sleep(IDLE_MS);
    return true;
  }

  #start(relay: ClaimedRelay, limit: LimitFunction, age: () => number): void {
    this.#open++;
    const ended = (): void => {
      this.#open--;
      this.#wake();
    };
    this.#deliver(relay, limit, age).then(ended, (error: unknown) => {
      this.#failure ??= error;
      ended();
    });
  }

  async #deliver(relay: ClaimedRelay, limit: LimitFunction, age: () => number): Promise<void> {
    const { signal } = this.#services;
    if (relay.waitMs > age()) await sleep(relay.waitMs - age(), undefined, { signal }).catch(() => undefined);
    await limit(async () => {
      if (this.#halted || age() + this.#destination.timeoutMs + LEASE_MARGIN_MS > this.#leaseMs) {
        this.#released.push(relay);
        return;
      }
      const attempt = await attemptRelay(this.#services, this.#destination, relay);
      failpoint('relays.sent');
      this.#tally.add(attempt);
      // At once, not when it is recorded: the next request must not go to a destination that just said no.
      if (attempt.sign !== undefined) this.#health = healthAfter(this.#health, [attempt.sign], this.#services.clock.now());
      this.#recorder.add(attempt);
      this.#services.onAttempt();
    });
  }

  #claimRequest(limit: number): ClaimRequest {
    const { job, clock, endedRuns } = this.#services;
    const { id, retryMs, requestsPerSecond, purpose } = this.#destination;
    return {
      ...{ destination: id, selection: this.#selection, limit, runId: job.runId, now: clock.now(), leaseMs: this.#leaseMs },
      ...{ endedRuns, mostTries: retryMs.length + 1, requestsPerSecond, purpose },
    };
  }

  #claim(request: ClaimRequest): Promise<Claim> {
    const { database } = this.#services;
    return this.#write((tx) => claimRelays(database, tx, request), (claim) => {
      this.#tally.cancelled += claim.cancelled;
      this.#tally.dead += claim.dead;
    });
  }

  async #record(attempts: readonly Attempt[]): Promise<void> {
    const { database, job, clock } = this.#services;
    await this.#write((tx) => recordAttempts(database, tx, this.#destination.id, attempts, job.runId, clock), (health) => {
      // Other workers count too: what they found stops this one as well.
      if (isHalted(health, clock.now())) this.#health = health;
    });
    failpoint('relays.recorded');
  }

  async #release(): Promise<void> {
    const relays = this.#released.splice(0);
    if (relays.length > 0) await this.#write((tx) => releaseRelays(tx, relays, this.#services.job.runId));
  }

  /** One transaction. */
  async #write<T>(work: (tx: Transaction) => Promise<T>, committed: (result: T) => void = () => undefined): Promise<T> {
    const result = await retry(() => this.#services.database.write(work), WRITE_RETRIES);
    committed(result);
    return result;
  }

  /** How long the destination wants to be left alone, if that is all that keeps it and short enough to wait for; else 0. */
  get #briefHoldMs(): number {
    const { clock, signal } = this.#services;
    const { heldUntil } = this.#health;
    if (heldUntil === null || signal.aborted || isHalted({ ...this.#health, heldUntil: null }, clock.now())) return 0;
    const waitMs = millisOf(heldUntil) - millisOf(clock.now());
    return waitMs <= MOST_LINGERING_MS ? Math.max(0, waitMs) : 0;
  }

  get #halted(): boolean {
    const { signal, clock } = this.#services;
    return signal.aborted || this.#failure !== undefined || this.#recorder.failed || isHalted(this.#health, clock.now());
  }

  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }
}
