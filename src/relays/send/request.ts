import type { Instant } from '../../core/time.ts';
import type { HttpRequest } from '../../net/http.client.ts';
import type { Destination } from '../destinations/destination.ts';
import { renderTemplate, type Rendered } from '../destinations/macros.ts';
import { noticeIn } from '../notices/notice.ts';
import { slackMessageOf } from '../notices/slack-message.ts';

/** Why a payload cannot be shown to people. */
export const NO_NOTICE = 'the payload holds nothing for people to read';

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
  const body = bodyOf(destination, relay.payload);
  if (typeof body === 'object') return body;
  return {
    method: body === undefined ? 'GET' : 'POST',
    url: rendered.url,
    headers: {
      'user-agent': `hub/${version}`,
      // What is not decoded cannot be recognised; some encode all the same (RFC 9110, 12.5.3).
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...destination.headers,
      // An incoming webhook of Slack reads no further headers.
      ...(destination.mode === 'slack' ? {} : destination.signer.headers(relay.relayId, now, body ?? '')),
    },
    body,
  };
}

/** What is posted; undefined if nothing is. */
function bodyOf({ mode }: Destination, payload: string): string | undefined | { readonly problem: string } {
  if (mode === 'post') return payload;
  if (mode !== 'slack') return undefined;
  const notice = noticeIn(payload);
  return notice === undefined ? { problem: NO_NOTICE } : JSON.stringify(slackMessageOf(notice));
}

function render({ url, required }: Destination, payload: string): Rendered {
  return url.includes('{') || required.length > 0 ? renderTemplate(url, required, payload) : { url };
}
