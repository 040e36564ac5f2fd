import { groupBy } from '../../core/group-by.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import type { EventOutbox } from '../../events/event-outbox.ts';
import { storeEvents } from '../../events/intake/event-kind.ts';
import type { UserHash } from '../../events/track.ts';
import { addPersonCounts, decideEverywhere, noPersonCounts, type PersonCounts } from '../../leads/intake/decide-persons.ts';
import { storeLeads } from '../../leads/intake/import-batch.ts';
import type { LeadImport } from '../../leads/intake/judge-records.ts';
import { erasedAmong } from '../../leads/intake/leads.repository.ts';
import { appendConsents } from '../../leads/intake/ledger.repository.ts';
import { internalId } from '../../orders/ids/ids.ts';
import { addressesIn } from '../actions/addresses.ts';
import type { WebhookEvent } from '../actions/event.ts';
import type { WebhookOutcome } from '../actions/outcome.ts';
import { planAction } from '../actions/plan.ts';
import type { PlannedAction } from '../actions/planned-action.ts';
import type { Webhooks } from '../declare/webhooks.ts';
import { storeHints } from './webhooks.repository.ts';

/** What events are done by. */
export interface WebhookImport {
  readonly webhooks: Pick<Webhooks, 'sources'>;
  readonly leads: LeadImport;
  /** Of ids of users in tracked events. */
  readonly userHash: UserHash;
  readonly events: EventOutbox;
}

/** What became of events. */
export interface ActionsDone {
  /** By the id of the event within hub. */
  readonly outcomes: ReadonlyMap<string, WebhookOutcome>;
  readonly fold: PersonCounts;
  /** The SHA-256 of erased persons' addresses that stand in the bodies: of such an event nothing is kept. */
  readonly erased: ReadonlySet<string>;
}

interface Planned {
  readonly event: WebhookEvent;
  readonly plan: PlannedAction | { readonly kind: 'suppressed' };
}

const NO_LEADS = { rows: [], contents: new Map(), before: new Map() };

/** Decides on events of a brand and does what is to be done, in the caller's transaction. Doing it again changes nothing. */
export async function runActions(target: RecordTarget, { webhooks, leads, userHash, events: outbox }: WebhookImport, brand: string, batch: string, events: readonly WebhookEvent[]): Promise<ActionsDone> {
  const sources = new Map(webhooks.sources.map((source) => [source.id, source]));
  const named = events.map((event) => ({ event, hashes: addressesIn(event.body) }));
  const erased = await erasedAmong(target.tx, named.flatMap(({ hashes }) => hashes));
  const planned = named.map(({ event, hashes }): Planned => {
    const plan = hashes.some((hash) => erased.has(hash)) ? ({ kind: 'suppressed' } as const) : planAction(event, sources.get(event.source), { forms: leads.forms, userHash });
    return { event, plan };
  });
  await storeHints(target.tx, planned.flatMap(({ event, plan }) => (plan.kind === 'hint' ? [{ event, hint: plan.hint }] : [])));
  const fold = noPersonCounts();
  await storeConsents(target, leads, brand, planned, fold);
  await storeEvents(target, outbox, brand, batch, planned.flatMap(({ plan }) => (plan.kind === 'event' ? [plan.record] : [])));
  const records = planned.flatMap(({ plan }) => (plan.kind === 'lead' ? [plan.record] : []));
  if (records.length > 0) addPersonCounts(fold, (await storeLeads(target, leads, brand, batch, { records, rejects: [], read: records.length, erased: 0 })).fold);
  return { outcomes: new Map(planned.map(({ event, plan }) => [event.webhookId, outcomeOf(plan)])), fold, erased };
}

/**
 * A denial of marketing by e-mail removes the contact, so these persons are decided anew. An event that is done again by another
 * declaration adds its other answer: what was in force before can be told.
 */
async function storeConsents(target: RecordTarget, setup: LeadImport, brand: string, planned: readonly Planned[], fold: PersonCounts): Promise<void> {
  const persons = new Map<string, string>();
  const entries = planned.flatMap(({ event, plan }) => {
    if (plan.kind !== 'consent') return [];
    const { emailSha256, entry, text } = plan;
    const personId = personIdOf(emailSha256);
    persons.set(personId, emailSha256);
    return [
      {
        ...{ brand, consent_id: internalId('webhook', event.webhookId, entry.purpose, String(entry.granted), entry.at), person_id: personId, purpose: entry.purpose, granted: entry.granted },
        ...{ source: 'webhook', evidence: event.webhookId, text_version: text, occurred_at: entry.at },
      },
    ];
  });
  if (entries.length === 0) return;
  await appendConsents(target, brand, entries);
  addPersonCounts(fold, (await decideEverywhere(target, setup, brand, persons, NO_LEADS)).counts);
}

function outcomeOf(plan: Planned['plan']): WebhookOutcome {
  if (plan.kind === 'suppressed') return { state: 'ignored', reason: 'suppressed', action: null };
  if (plan.kind === 'ignored' || plan.kind === 'dead') return { state: plan.kind, reason: plan.reason, action: null };
  return { state: 'done', reason: null, action: plan.kind };
}

/** What is dead, as a part of a sentence: `3 unreadable, 1 no_object`. */
export function deadReasons(outcomes: Iterable<WebhookOutcome>): { readonly dead: number; readonly text: string } {
  const reasons = groupBy([...outcomes].filter(({ state }) => state === 'dead'), ({ reason }) => reason ?? '');
  const dead = [...reasons.values()].reduce((sum, { length }) => sum + length, 0);
  return { dead, text: [...reasons].map(([reason, { length }]) => `${length} ${reason}`).join(', ') };
}
