import type { UserHash } from '../../events/track.ts';
import type { WebhookSource } from '../declare/source.ts';
import { jsonOf } from '../schemes/verify.ts';
import { planConsent } from './consent.ts';
import type { WebhookEvent } from './event.ts';
import { planHint } from './hint.ts';
import { planLead } from './lead.ts';
import { planTracked } from './tracked.ts';
import type { DeadReason } from './outcome.ts';
import type { KnownForms, PlannedAction } from './planned-action.ts';

/** What is decided with, beside the declaration. */
export interface PlanSetup {
  readonly forms: KnownForms;
  readonly userHash: UserHash;
}

/**
 * Decides on an event by the declaration of today (serve specification, "Inbound webhooks"): the first rule whose type
 * matches says what is done.
 * @param source undefined if it is not declared any more
 */
export function planAction(event: WebhookEvent, source: WebhookSource | undefined, { forms, userHash }: PlanSetup): PlannedAction {
  if (source === undefined) return dead('unknown_source');
  const content = jsonOf(event.body);
  if (content === undefined && source.scheme.readsBody) return dead('unreadable');
  if ((Object(content) as { livemode?: unknown }).livemode === false) return { kind: 'ignored', reason: 'test_mode' };
  if (event.type === 'ping') return { kind: 'ignored', reason: 'ping' };
  const action = source.rules.find(({ matches }) => matches(event.type ?? ''))?.action;
  if (action === undefined) return { kind: 'ignored', reason: 'no_action' };
  if (action.kind === 'ignore') return { kind: 'ignored', reason: 'by_rule' };
  if (content === undefined) return dead('unreadable');
  const readable = { event, content, text: event.body.toString('utf8') };
  if (action.kind === 'hint') return planHint(action, readable);
  if (action.kind === 'event') return planTracked(action, readable, userHash);
  return action.kind === 'consent' ? planConsent(action, readable) : planLead(action, readable, forms);
}

function dead(reason: DeadReason): PlannedAction {
  return { kind: 'dead', reason };
}
