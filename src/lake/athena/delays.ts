import { setTimeout } from 'node:timers/promises';

/** Waits some milliseconds; rejects as soon as the signal is aborted. */
export type Sleep = (millis: number, signal: AbortSignal) => Promise<void>;

/** The sleep of the machine. */
export const sleepMillis: Sleep = (millis, signal) => setTimeout(millis, undefined, { signal });

/** Milliseconds before the n-th look (from 0) at a running query: 200 ms growing by half up to 5 s, half of it jitter. */
export function pollDelay(polls: number): number {
  return Math.min(5_000, 200 * 1.5 ** polls) * (0.5 + Math.random() / 2);
}

/** Milliseconds before the n-th retry (from 0): full jitter under 200 ms doubling up to 20 s. */
export function retryDelay(retries: number): number {
  return Math.min(20_000, 200 * 2 ** retries) * Math.random();
}
