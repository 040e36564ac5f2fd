import type { Instant } from '../../core/time.ts';
import type { HttpRequest } from '../../net/http.client.ts';
import type { Destination } from '../destinations/destination.ts';
import { renderTemplate, type Rendered } from '../destinations/macros.ts';

/**
 * The request of a relay, or why there is none. The id is the same for every attempt, so that a receiver can tell a
 * repetition; id, time and signature follow Standard Webhooks.
 */
export function requestOf(
  destination: Destination,
  relay: { readonly relayId: string; readonly payload: string },
  version: string,
  now: Instant,
): HttpRequest | { readonly problem: string } {
  const rendered = render(destination, relay.payload);
  if ('problem' in rendered) return rendered;
  const body = destination.mode === 'post' ? relay.payload : undefined;
  return {
    method: destination.mode === 'post' ? 'POST' : 'GET',
    url: rendered.url,
    headers: {
      'user-agent': `hub/${version}`,
      // What is not decoded cannot be recognised; some encode all the same (RFC 9110, 12.5.3).
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...destination.headers,
      ...destination.signer.headers(relay.relayId, now, body ?? ''),
    },
    body,
  };
}

function render({ url, required }: Destination, payload: string): Rendered {
  return url.includes('{') || required.length > 0 ? renderTemplate(url, required, payload) : { url };
}
