import { conversionPayload, leadPayload, type LeadFact } from '../../leads/steps/relays.ts';
import { subscribes, type Route } from '../destinations/destination.ts';
import type { FileKind } from '../outbox/relay.ts';

/** Something that a destination may be told of a lead. */
export interface LeadMessage {
  readonly destination: string;
  readonly kind: FileKind;
  readonly payload: string;
  /** True: the browser was sent there itself, so nothing is left to send. */
  readonly isRedirected: boolean;
  /** A person goes there once in so many days. */
  readonly onceDays: number | undefined;
}

/** A destination that is not told of a lead, and why not. */
export interface LeadSilence {
  readonly destination: string;
  readonly kind: FileKind;
  readonly reason: 'outcome' | 'resubmitted' | 'brand' | 'theme' | 'product' | 'partner' | 'switched_off' | 'no_destination';
}

/** What destinations are told of a lead, and which are not; `once_days` and who must not be told of are judged later. */
export function messagesOf(fact: LeadFact, destinations: readonly Route[]): (LeadMessage | LeadSilence)[] {
  const leads = destinations.flatMap((route) => (route.leads === undefined || !route.kinds.has('lead.created') ? [] : [leadMessage(fact, route)]));
  return [...leads, ...conversionOf(fact, destinations)];
}

export function isMessage(told: LeadMessage | LeadSilence): told is LeadMessage {
  return 'payload' in told;
}

function leadMessage(fact: LeadFact, route: Route): LeadMessage | LeadSilence {
  const base = { destination: route.id, kind: 'lead.created' as const };
  const reason = silenceOf(fact, route);
  return reason === undefined ? { ...base, payload: leadPayload(fact, route.leads?.fields), isRedirected: false, onceDays: route.leads?.onceDays } : { ...base, reason };
}

function silenceOf(fact: LeadFact, route: Route): LeadSilence['reason'] | undefined {
  const { leads } = route;
  if (!route.enabled) return 'switched_off';
  if (!subscribes(route, 'lead.created', fact.brand) || leads?.brands?.has(fact.brand) === false) return 'brand';
  const outside = (['theme', 'product', 'partner'] as const).find((name) => leads?.[`${name}s`]?.has(fact[name] ?? '') === false);
  return outside ?? outcomeSilence(fact, [...(leads?.outcomes ?? [])]);
}

/** The same submission twice never leaves. */
function outcomeSilence({ outcome, reason }: LeadFact, outcomes: readonly string[]): 'outcome' | 'resubmitted' | undefined {
  if (reason === 'resubmitted') return 'resubmitted';
  return outcomes.includes(outcome) ? undefined : 'outcome';
}

/** What the network of the partner is told: by the browser that was sent through it, or by a postback. */
function conversionOf(fact: LeadFact, destinations: readonly Route[]): (LeadMessage | LeadSilence)[] {
  const { postback, isThroughPartner, partner } = fact;
  const base = { destination: postback?.destination ?? `via:${partner ?? ''}`, kind: 'conversion' as const };
  if (isThroughPartner) return [{ ...base, payload: conversionPayload(fact), isRedirected: true, onceDays: undefined }];
  if (postback === null) return [];
  const route = destinations.find(({ id, kinds }) => id === postback.destination && kinds.has('conversion'));
  const reason = outcomeSilence(fact, postback.on) ?? routeSilence(fact, route);
  return [reason === undefined ? { ...base, payload: conversionPayload(fact), isRedirected: false, onceDays: undefined } : { ...base, reason }];
}

function routeSilence({ brand }: LeadFact, route: Route | undefined): LeadSilence['reason'] | undefined {
  if (route === undefined) return 'no_destination';
  if (!route.enabled) return 'switched_off';
  return subscribes(route, 'conversion', brand) ? undefined : 'brand';
}
