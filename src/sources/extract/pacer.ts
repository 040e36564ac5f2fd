import type { Rate } from '../api/budget.ts';

/** Requests keep a twentieth below the limit, as clocks and networks are not exact: it is met, not hit. */
const MARGIN = 1.05;

/** Spaces the requests of an account so that a limit is met, and holds them where the platform asks for it. */
export class Pacer {
  readonly #intervalMs: number;
  readonly #endpointIntervalMs: number;
  readonly #elapsed: () => number;
  readonly #endpoints = new Map<string, number>();
  #next = Number.NEGATIVE_INFINITY;
  #heldUntil = 0;

  /** @param elapsed milliseconds since any moment */
  constructor(rate: Rate | undefined, endpointRate: Rate | undefined, elapsed: () => number) {
    this.#intervalMs = intervalOf(rate);
    this.#endpointIntervalMs = intervalOf(endpointRate);
    this.#elapsed = elapsed;
  }

  /** Takes the next turn and tells how many milliseconds it is away. */
  turn(endpoint: string | undefined): number {
    const now = this.#elapsed();
    const ofEndpoint = endpoint === undefined ? Number.NEGATIVE_INFINITY : (this.#endpoints.get(endpoint) ?? Number.NEGATIVE_INFINITY);
    const at = Math.max(now, this.#next, this.#heldUntil, ofEndpoint);
    // A turn that comes late does not delay those after it, but what was missed is not made up for at once either.
    this.#next = Math.max(this.#next, at - this.#intervalMs) + this.#intervalMs;
    if (endpoint !== undefined) this.#endpoints.set(endpoint, Math.max(ofEndpoint, at - this.#endpointIntervalMs) + this.#endpointIntervalMs);
    return at - now;
  }

  /** No turn before so many milliseconds have passed. */
  hold(ms: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#elapsed() + ms);
  }
}

function intervalOf(rate: Rate | undefined): number {
  return rate === undefined ? 0 : (rate.perMs / rate.requests) * MARGIN;
}
