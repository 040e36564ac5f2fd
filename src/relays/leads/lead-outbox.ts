import { groupBy } from '../../core/group-by.ts';
import { compareText } from '../../core/compare.ts';
import { millisOf, type Clock, type Instant } from '../../core/time.ts';
import type { Database } from '../../db/database.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import { leadRelays, type LeadRelayRow } from '../../leads/records/tables.ts';
import type { LeadFact, LeadOutbox } from '../../leads/steps/relays.ts';
import type { Route } from '../destinations/destination.ts';
import { isMessage, messagesOf, type LeadMessage } from './messages.ts';
import { relaysOfLeads, sentLeads } from './lead-relays.repository.ts';
import { newRelay } from '../outbox.ts';
import type { NewRelay } from '../outbox/relay.ts';
import { insertRelays } from '../outbox/relays.repository.ts';
import { unwantedPersons } from '../outbox/unwanted.repository.ts';

/** A relay that is stored, with the row that tells of it; or only a row that says why there is none. */
interface Decided {
  readonly row: LeadRelayRow;
  readonly relay?: NewRelay;
}

const DAY_MS = 86_400_000;

/**
 * The outbox of leads (serve specification, "Relays"): a relay for each destination that chooses the lead, one for its
 * partner's network, each once for a lead. Nothing is stored about erased, suppressed and test persons.
 */
export function createLeadOutbox(database: Database, destinations: readonly Route[], clock: Clock): LeadOutbox {
  return {
    async enqueue(target, leads) {
      const [brand] = leads.map((lead) => lead.brand);
      const wanted = leads.toSorted(inTime).map((lead) => ({ lead, messages: messagesOf(lead, destinations).filter(isMessage) })).filter(({ messages }) => messages.length > 0);
      if (brand === undefined || wanted.length === 0) return 0;
      const { tx } = target;
      const ids = wanted.map(({ lead }) => lead.leadId);
      const persons = wanted.map(({ lead }) => lead.personId);
      const stored = groupBy(await relaysOfLeads(tx, brand, ids), ({ lead_id: id }) => id);
      const once = new Set(wanted.flatMap(({ messages }) => messages.flatMap(({ destination, onceDays }) => (onceDays === undefined ? [] : [destination]))));
      const sent = await sentLeads(tx, [...once], persons);
      const unwanted = await unwantedPersons(tx, persons);
      const decided = wanted.flatMap(({ lead, messages }) => {
        const stays = (stored.get(lead.leadId) ?? []).filter(({ relay_id: id }) => id !== null);
        const fresh = messages.filter(({ destination, kind }) => !stays.some((row) => row.destination === destination && row.kind === kind));
        return [...stays.map((row): Decided => ({ row })), ...fresh.map((message) => decide(lead, message, unwanted.get(lead.personId), sent))];
      });
      const added = await insertRelays(database, tx, decided.flatMap(({ relay }) => (relay === undefined ? [] : [relay])), clock.now());
      await applyRecords(target, leadRelays, { brand, keys: ids }, decided.map(({ row }) => row));
      return added;
    },
  };
}

/** @param sent when leads of each person went to each destination; a lead that goes now is added */
function decide(lead: LeadFact, message: LeadMessage, unwanted: string | undefined, sent: Map<string, Instant[]>): Decided {
  const { destination, kind, onceDays, isRedirected, payload } = message;
  const base = { brand: lead.brand, lead_id: lead.leadId, destination, kind, person_id: lead.personId, received_at: lead.received };
  const before = sent.get(`${destination} ${lead.personId}`) ?? [];
  const isTooSoon = onceDays !== undefined && before.some((at) => Math.abs(millisOf(at) - millisOf(lead.received)) < onceDays * DAY_MS);
  const reason = isRedirected ? null : (unwanted ?? (isTooSoon ? 'once_days' : null));
  if (reason !== null) return { row: { ...base, relay_id: null, reason } };
  sent.set(`${destination} ${lead.personId}`, [...before, lead.received]);
  const dedupeKey = kind === 'conversion' ? `${lead.leadId}/conversion` : lead.leadId;
  const relay = newRelay({ kind, brand: lead.brand, subjectId: null, version: null, personId: lead.personId, payload, dedupeKey }, destination);
  return { row: { ...base, relay_id: relay.relay_id, reason: null }, relay: isRedirected ? { ...relay, redirectedAt: lead.received } : relay };
}

function inTime(one: LeadFact, other: LeadFact): number {
  return compareText(one.received, other.received) || compareText(one.leadId, other.leadId);
}
