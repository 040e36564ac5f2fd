import type { Instant } from '../core/time.ts';
import { isBroken, unusableBecause, type DeclaredDestination } from './destinations/destination.ts';
import { examplePayload } from './destinations/example.ts';
import { shownServer } from './destinations/mail-route.ts';
import type { RelayKind } from './outbox/relay.ts';
import { requestOf } from './send/request.ts';

/** What would be called for an example of a kind. */
export interface Preview {
  readonly destination: string;
  readonly kind: RelayKind;
  /** `GET https://…` without secrets; null if there is a problem. */
  readonly request: string | null;
  readonly problem: string | null;
}

/** What would be called for an example of each kind that a destination takes; kinds with the same address count once. */
export function previewDestination(destination: DeclaredDestination, version: string, now: Instant): Preview[] {
  const previews = [...destination.kinds].map((kind): Preview => {
    const base = { destination: destination.id, kind, request: null, problem: null };
    const unusable = unusableBecause(destination);
    if (isBroken(destination) || unusable !== undefined) return { ...base, problem: unusable ?? null };
    if (destination.mail !== undefined) return { ...base, request: `SMTP ${shownServer(destination.mail.server)}` };
    const request = requestOf(destination, { relayId: 'test', payload: examplePayload(kind, now) }, version, now);
    if ('problem' in request) return { ...base, problem: request.problem };
    return { ...base, request: `${destination.mode === 'redirect' ? 'REDIRECT' : request.method} ${destination.redactor.url(request.url)}` };
  });
  return previews.filter((preview, index) => previews.findIndex(({ request, problem }) => request === preview.request && problem === preview.problem) === index);
}
