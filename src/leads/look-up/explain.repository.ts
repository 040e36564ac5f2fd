import type { Knex } from 'knex';

import type { KnowledgeState } from '../decision.ts';
import { consents, contactEvents, contacts, leadExchanges, leadParams, leadRelays, type ContactRow, type LeadRow } from '../records/tables.ts';

/** What is stored beside a lead; no values of its fields. */
export interface LeadSurroundings {
  /** Undefined once it is purged. */
  readonly exchange: { readonly method: string; readonly status: number; readonly micros: number } | undefined;
  /** Names of parameters without a column. */
  readonly params: readonly string[];
  readonly consents: readonly { readonly purpose: string; readonly granted: boolean; readonly text_version: string | null }[];
  readonly contact: ContactRow | undefined;
  /** Of the fold of its contact: how many events were before it. */
  readonly eventsBefore: number;
  readonly relays: readonly StoredLeadRelay[];
  /** What is known of the person today; unknown for nobody. */
  readonly stateToday: KnowledgeState;
}

export interface StoredLeadRelay {
  readonly destination: string;
  readonly kind: string;
  readonly relay_id: string | null;
  /** Of the relay; null without one. */
  readonly state: string | null;
  /** Why there is none, or why it was not sent. */
  readonly reason: string | null;
}

/** Reads what was stored with a lead. */
export async function surroundingsOf(knex: Knex, brands: readonly string[], lead: Pick<LeadRow, 'brand' | 'lead_id' | 'person_id' | 'received_at'>): Promise<LeadSurroundings> {
  const { brand, lead_id: leadId, person_id: personId } = lead;
  const own = { brand, lead_id: leadId };
  const given = await knex(consents.name).where({ brand, evidence: leadId }).orderBy('purpose').select<{ purpose: string; granted: number | boolean; text_version: string | null }[]>('purpose', 'granted', 'text_version');
  const before = await knex(contactEvents.name).where({ brand, person_id: personId ?? '' }).where('occurred_at', '<', lead.received_at).count<{ events: number | string }[]>({ events: '*' });
  return {
    exchange: await knex(leadExchanges.name).where(own).first<LeadSurroundings['exchange']>('method', 'status', 'micros'),
    params: await knex(leadParams.name).where(own).orderBy('position').pluck('name'),
    consents: given.map((row) => ({ ...row, granted: Boolean(row.granted) })),
    contact: personId === null ? undefined : await knex(contacts.name).where({ brand, person_id: personId }).first<ContactRow | undefined>(Object.keys(contacts.columns)),
    eventsBefore: Number(before[0]?.events ?? 0),
    relays: await relaysOf(knex, own),
    stateToday: personId === null ? 'unknown' : await stateOf(knex, personId, brand, brands),
  };
}

async function relaysOf(knex: Knex, { brand, lead_id: leadId }: Readonly<Record<'brand' | 'lead_id', string>>): Promise<StoredLeadRelay[]> {
  const rows = await knex(`${leadRelays.name} as l`)
    .leftJoin('relays as r', 'r.relay_id', 'l.relay_id')
    .where({ 'l.brand': brand, 'l.lead_id': leadId })
    .orderBy(['l.destination', 'l.kind'])
    .select<Record<string, string | null>[]>('l.destination', 'l.kind', 'l.relay_id', 'r.state', { why: 'l.reason', end: 'r.reason' });
  return rows.map((row) => ({ destination: row['destination'] ?? '', kind: row['kind'] ?? '', relay_id: row['relay_id'] ?? null, state: row['state'] ?? null, reason: row['why'] ?? row['end'] ?? null }));
}

/** The state of a person as the server's snapshot would have it now (serve specification, "Routing"). */
async function stateOf(knex: Knex, personId: string, brand: string, brands: readonly string[]): Promise<KnowledgeState> {
  const accounts = () => knex('enriched_accounts as a').where({ 'a.person_id': personId, 'a.is_test': 0 }).whereNotNull('a.email_sha256');
  const subscribed = await accounts().join('enriched_subscriptions as s', (on) => on.on('s.brand', 'a.brand').on('s.account_id', 'a.account_id')).where('s.is_active', 1).distinct<{ brand: string }[]>('a.brand');
  const own = { person_id: personId };
  const contacted = await knex(contacts.name).where(own).whereIn('brand', brands).select<{ brand: string; state: string }[]>('brand', 'state');
  const active = new Set([...subscribed, ...contacted.filter(({ state }) => state === 'active')].map((row) => row.brand));
  if (active.size > 0) return active.has(brand) ? 'known_active_same_brand' : 'known_active';
  const isKnown = contacted.length > 0 || (await accounts().first('a.account_id')) !== undefined || (await knex('email_subscribers').where(own).whereIn('brand', brands).first('person_id')) !== undefined;
  return isKnown ? 'known' : 'unknown';
}
