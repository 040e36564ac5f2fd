import type { Instant } from '../../core/time.ts';
import type { Destination } from './destination.ts';
import { renderTemplate, type Rendered } from './macros.ts';

/** A request as it goes out. */
export interface RelayRequest {
  readonly method: 'POST' | 'GET';
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * The request of a relay, or why there is none. The id is the same for every attempt, so that a receiver can tell a
 * repetition; id, time and signature follow Standard Webhooks.
 */
export function requestOf(
  destination: Destination,
  relay: { readonly relayId: string; readonly payload: string },
  version: string,
  now: Instant,
): RelayRequest | { readonly problem: string } {
  const rendered = render(destination, relay.payload);
  if ('problem' in rendered) return rendered;
  const body = destination.mode === 'post' ? relay.payload : undefined;
  return {
    method: destination.mode === 'post' ? 'POST' : 'GET',
    url: rendered.url,
    headers: {
      'user-agent': `hub/${version}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...destination.headers,
      ...destination.signer.headers(relay.relayId, now, body ?? ''),
    },
    body,
  };
}

function render({ url, required }: Destination, payload: string): Rendered {
  if (!url.includes('{') && required.length === 0) return { url };
  try {
    return renderTemplate(url, required, JSON.parse(payload) as unknown);
  } catch {
    return { problem: 'the payload is no JSON' };
  }
}
