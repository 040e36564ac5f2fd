import { setTimeout as sleep } from 'node:timers/promises';

import { Pool } from 'undici';

import { HubError } from '../../src/core/errors.ts';

/** Requests that come at a rate, whatever becomes of those before. */
export interface Load {
  readonly url: string;
  readonly perSecond: number;
  readonly seconds: number;
  /** The number of the first; each has an address and a client of its own. */
  readonly first: number;
  readonly signal: AbortSignal;
}

const CONNECTIONS = 64;
const TICK_MS = 1;
const PEOPLE = 1_000_000;

/**
 * Sends forms in an open loop; the time of each counts from when it was to be sent.
 * @returns milliseconds of each
 * @throws HubError unexpected if one was answered otherwise than with 303
 */
export async function openLoop({ url, perSecond, seconds, first, signal }: Load): Promise<number[]> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const times: number[] = [];
  const requests: Promise<void>[] = [];
  const total = perSecond * seconds;
  const startedAt = performance.now();
  const send = async (number: number): Promise<void> => {
    const dueAt = startedAt + (number * 1_000) / perSecond;
    const { statusCode, body } = await pool.request(formOf(pathname, first + number));
    await body.dump();
    times.push(performance.now() - dueAt);
    if (statusCode !== 303) throw new HubError('unexpected', 'not_taken', `A form was answered with ${statusCode} instead of 303.`);
  };
  try {
    for (let sent = 0; sent < total; ) {
      signal.throwIfAborted();
      const due = Math.min(total, ((performance.now() - startedAt) * perSecond) / 1_000);
      for (; sent < due; sent++) requests.push(send(sent));
      await sleep(TICK_MS);
    }
    await Promise.all(requests);
    return times;
  } finally {
    await Promise.allSettled(requests);
    await pool.close();
  }
}

/** Sends so many forms as fast as they are answered. */
export async function flood({ url, count, first, atOnce, signal }: { readonly url: string; readonly count: number; readonly first: number; readonly atOnce: number; readonly signal: AbortSignal }): Promise<void> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: atOnce, pipelining: 1 });
  let sent = 0;
  const lane = async (): Promise<void> => {
    while (sent < count) {
      signal.throwIfAborted();
      const { statusCode, body } = await pool.request(formOf(pathname, first + sent++));
      await body.dump();
      if (statusCode !== 303) throw new HubError('unexpected', 'not_taken', `A form was answered with ${statusCode} instead of 303.`);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
  } finally {
    await pool.close();
  }
}

function formOf(path: string, number: number) {
  const person = (number * 7_919) % PEOPLE;
  return {
    method: 'POST' as const,
    path: `${path}?utm_source=bench&gclid=g${number}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'x-forwarded-for': `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}` },
    body: `email=person.${person}%40mail-belmont.invalid&first_name=Anna&country=FR&optin=1`,
  };
}

/** The value below which so many of a hundred lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}
