import type { Attempt } from './outcomes.repository.ts';

/** What a run did with the relays of one destination. */
export class Tally {
  sent = 0;
  delivered = 0;
  retrying = 0;
  dead = 0;
  redirected = 0;
  cancelled = 0;
  disabled = false;
  readonly #durations: number[] = [];

  add({ outcome, sign, durationMs }: Pick<Attempt, 'outcome' | 'sign' | 'durationMs'>): void {
    this[outcome]++;
    if (sign === undefined) return;
    this.sent++;
    if (sign === 'gone' || sign === 'not_found') this.disabled = true;
    this.#durations.push(durationMs);
  }

  /** The latency below which this share of the requests stayed, in milliseconds; null without any. */
  latency(share: number): number | null {
    const sorted = [...this.#durations].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
  }
}
