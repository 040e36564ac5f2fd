import { matchingRules } from '../../leads/routing/explain.ts';
import type { KnowledgeState } from '../../leads/decision.ts';
import type { Forms } from '../../leads/forms/forms.ts';
import type { LeadSurroundings } from '../../leads/look-up/explain.repository.ts';
import type { ListedLead } from '../../leads/look-up/show.repository.ts';
import type { LeadRow } from '../../leads/records/tables.ts';
import { leadFact } from '../../leads/steps/relays.ts';
import type { Route } from '../destinations/destination.ts';
import { isMessage, messagesOf } from './messages.ts';

/** One of the ten steps, as people and programs read it. */
export interface ExplainedStep {
  readonly step: number;
  readonly name: string;
  readonly decided: string;
  readonly reason: string | null;
}

/** A lead with what decided on it; no values of its fields, no address (serve specification, "explain lead"). */
export interface LeadExplanation {
  /** The rules that match by today's forms and the state of then, but did not win. */
  readonly beaten: readonly string[];
  /** By today's forms and what is known of the person now; null if the form is not declared any more. */
  readonly today: { readonly rule: string | null; readonly state: KnowledgeState; readonly to: string } | null;
  readonly relays: readonly { readonly destination: string; readonly kind: string; readonly relay_id: string | null; readonly state: string | null; readonly reason: string | null }[];
  readonly steps: readonly ExplainedStep[];
}

export type ShownLead = LeadRow & Pick<ListedLead, 'errors'>;

const WHY: Readonly<Record<string, string>> = {
  honeypot: 'the input that people do not see was filled in',
  crawler: 'a program sent it, and the form filters these',
  test: 'its address is test data',
  suppressed: 'it names an erased person',
  resubmitted: 'the same form had a lead of the person shortly before',
  known_contact: 'the person was a contact of the brand already',
  still_removed: 'the person left, and did not agree to messages again',
};

export function explainLead(lead: ShownLead, beside: LeadSurroundings, { forms, partners, routing, targets }: Pick<Forms, 'forms' | 'partners' | 'routing' | 'targets'>, destinations: readonly Route[]): LeadExplanation {
  const form = forms.find(({ id }) => id === lead.form);
  const matching = (state: KnowledgeState) => (form === undefined ? [] : matchingRules(routing.rules, form, lead.partner, state));
  const [winner] = matching(beside.stateToday);
  const to = winner === undefined ? form?.default.template : targets[routing.rules.indexOf(winner)]?.template;
  const today = form === undefined ? null : { rule: winner?.id ?? null, state: beside.stateToday, to: to ?? '' };
  const beaten = matching(lead.state as KnowledgeState).map(({ id }) => id).filter((id) => id !== lead.rule);
  const fact = form === undefined ? undefined : leadFact(lead, { values: {}, isThroughPartner: false }, form, partners.find(({ id }) => id === lead.partner));
  const silent = fact === undefined ? [] : messagesOf(fact, destinations).flatMap((each) => (isMessage(each) ? [] : [{ ...each, relay_id: null, state: null }]));
  const known = new Set(beside.relays.map(({ destination, kind }) => `${destination} ${kind}`));
  const relays = [...beside.relays, ...silent.filter(({ destination, kind }) => !known.has(`${destination} ${kind}`))];
  return { beaten, today, relays, steps: stepsOf(lead, beside, { beaten, today, relays }) };
}

function stepsOf(lead: ShownLead, beside: LeadSurroundings, { beaten, today, relays }: Omit<LeadExplanation, 'steps'>): ExplainedStep[] {
  const { exchange, contact, params, consents } = beside;
  const campaign = Object.entries(lead).flatMap(([name, value]) => (CAMPAIGN.test(name) && value !== null ? [name] : []));
  const route = [`state ${lead.state}`, lead.withheld ? 'withheld, as one client asked for too many addresses' : `known up to ${lead.knowledge_as_of ?? 'nothing'}`, `forms ${lead.forms_version}`, ...(beaten.length === 0 ? [] : [`beat ${beaten.join(', ')}`]), today === null ? 'the form is gone' : `today ${today.rule ?? 'default'} by ${today.state}`];
  const decided: readonly [name: string, decided: string, reason: string | null][] = [
    ['redirect', lead.rule ?? 'default', route.join('; ')],
    ['exchange', exchange === undefined ? 'purged' : `${exchange.method} ${exchange.status}`, exchange === undefined ? null : `in ${exchange.micros} µs`],
    ['crawler', lead.is_crawler ? 'yes' : 'no', lead.crawler_reason],
    ['errors', lead.errors.length === 0 ? 'none' : lead.errors.map(({ field, category }) => `${field} ${category}`).join(', '), null],
    ['email', lead.person_id === null ? 'nobody' : `person ${lead.person_id}`, lead.person_id === null ? (lead.outcome_reason === 'suppressed' ? 'erased' : 'the e-mail has an error') : null],
    ['geo', lead.geo_status, lead.country],
    ['marketing', campaign.length === 0 ? 'nothing' : campaign.join(', '), params.length === 0 ? null : `further parameters: ${params.length}`],
    ['outcome', wordsOf(lead), WHY[lead.outcome_reason ?? ''] ?? null],
    ['contact', contact === undefined ? 'none' : contact.state, contact === undefined ? null : contactText(contact, beside.eventsBefore, consents)],
    ['relays', relays.length === 0 ? 'none' : relays.map((relay) => `${relay.destination} ${relay.kind}: ${relay.state ?? 'no'}`).join('; '), relays.flatMap(({ destination, relay_id: id, reason }) => (id === null && reason === null ? [] : [`${destination}: ${[id, reason].filter((text) => text !== null).join(' ')}`])).join('; ') || null],
  ];
  return decided.map(([name, what, reason], place) => ({ step: place + 1, name, decided: what, reason }));
}

const CAMPAIGN = /^(utm_\w+|click_id|sub\d|gclid|gbraid|wbraid|dclid|fbclid|msclkid|ttclid|li_fat_id|twclid)$/;

function wordsOf({ outcome, outcome_reason: reason }: LeadRow): string {
  return reason === null ? outcome : `${outcome} ${reason}`;
}

function contactText(contact: NonNullable<LeadSurroundings['contact']>, before: number, consents: LeadSurroundings['consents']): string {
  const given = consents.map(({ purpose, granted }) => `${purpose} ${granted ? 'granted' : 'denied'}`);
  const counts = `${contact.leads} leads, ${contact.duplicates} duplicates, ${contact.restored} restored, ${before} events before this one`;
  return given.length === 0 ? counts : `${counts}; consents: ${given.join(', ')}`;
}
