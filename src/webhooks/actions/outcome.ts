/**
 * What became of an event (serve specification, "Inbound webhooks"). `received` and `retrying` last no longer than the
 * transaction that imports or replays it: what is committed is one of the others.
 */
export const webhookStates = ['received', 'done', 'ignored', 'retrying', 'dead', 'discarded'] as const;
export type WebhookState = (typeof webhookStates)[number];

/** Why nothing is done for an event, on purpose. */
export type IgnoreReason = 'no_action' | 'by_rule' | 'test_mode' | 'ping' | 'no_consent' | 'suppressed';

/** Why an event cannot be done, however often it is tried: the declaration or the body has to change. */
export type DeadReason = 'unknown_source' | 'unreadable' | 'no_object' | 'no_address' | 'no_answer' | 'no_time' | 'no_properties' | 'unknown_form' | 'no_fields';

/** What is stored of it. */
export interface WebhookOutcome {
  readonly state: Extract<WebhookState, 'done' | 'ignored' | 'dead'>;
  readonly reason: IgnoreReason | DeadReason | null;
  readonly action: 'hint' | 'consent' | 'event' | 'lead' | null;
}
