import { codeOf, messageOf } from '../core/errors.ts';
import { openHttpClient } from '../net/http.client.ts';
import type { ProxySettings } from '../net/proxy.ts';
import { reachMailServer } from '../net/smtp.client.ts';
import type { Destination } from '../relays/destinations/destination.ts';
import type { Probe } from './integration.ts';

const MOST_MS = 10_000;
/** A host in which nothing is filled in. */
const ORIGIN = /^https?:\/\/[^/?#{}]+/;

/**
 * Asks whether a destination can be reached: a GET of the root of its host, whatever it answers, or a connection to its mail
 * server. Nothing of a relay goes there, and none of its headers. Undefined where the host is not known before a relay is.
 */
export async function probeDestination({ url, mail, timeoutMs, allowPrivate, redactor }: Destination, proxy: ProxySettings | undefined): Promise<Probe | undefined> {
  const limitMs = Math.min(timeoutMs, MOST_MS);
  if (mail !== undefined) return probeOf(await reachMailServer(mail.server, { timeoutMs: limitMs, allowPrivate }));
  const [origin] = ORIGIN.exec(url) ?? [];
  if (origin === undefined) return undefined;
  const client = openHttpClient({ timeoutMs: limitMs, concurrency: 1, allowPrivate, proxy });
  try {
    const answer = await client.send({ method: 'GET', url: `${origin}/`, headers: { 'user-agent': 'hub-health' }, body: undefined });
    return probeOf('failure' in answer ? redactor.text(answer.message) : undefined);
  } finally {
    await client.close();
  }
}

/** What came of trying something. */
export async function probeBy(attempt: () => Promise<unknown>): Promise<Probe> {
  try {
    await attempt();
    return { ok: true };
  } catch (error) {
    return { ok: false, why: codeOf(error) ?? messageOf(error) };
  }
}

function probeOf(why: string | undefined): Probe {
  return why === undefined ? { ok: true } : { ok: false, why };
}
