import { toIso, type Instant } from '../../core/time.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { FieldValue } from '../fields/kind.ts';
import type { Form } from '../forms/form.ts';
import type { Partner, Postback } from '../forms/partner.ts';
import type { Campaign } from './marketing.ts';
import type { LeadPerson } from './email.ts';

/** Names by which destinations may take what a relay tells, besides the fields of forms (serve specification, "Relays"). */
export const toldNames = [
  ...['lead_id', 'received_at', 'brand', 'form', 'theme', 'product', 'partner', 'outcome', 'email_sha256', 'email_md5'],
  ...['click_id', 'sub1', 'sub2', 'sub3', 'sub4', 'sub5'],
  ...['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'],
  ...['gclid', 'gbraid', 'wbraid', 'dclid', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id', 'twclid'],
  ...['geo_country', 'geo_region', 'geo_city', 'geo_time_zone'],
] as const;
type ToldName = (typeof toldNames)[number];

/** Told where a destination does not say what it wants: what it is about, and what the partner gave along. */
const USUAL: readonly ToldName[] = ['lead_id', 'received_at', 'brand', 'form', 'theme', 'product', 'partner', 'click_id', 'sub1', 'sub2', 'sub3', 'sub4', 'sub5'];

export type Told = Readonly<Record<string, FieldValue>>;

/** A valid lead as destinations choose and hear of it. */
export interface LeadFact {
  readonly brand: string;
  readonly leadId: string;
  readonly personId: string;
  readonly received: Instant;
  readonly outcome: 'created' | 'duplicate' | 'restored';
  readonly reason: string | null;
  /** Ids of forms.yaml. */
  readonly theme: string | null;
  readonly product: string | null;
  readonly partner: string | null;
  /** The fields that are right, by their names. */
  readonly values: Told;
  /** What hub knows besides, by `toldNames`; ids of forms.yaml as their public ids. */
  readonly own: Told;
  /** What the partner's network is told of it; null if the partner has none. */
  readonly postback: Postback | null;
  /** True: the browser was sent through the redirect of the partner. */
  readonly isThroughPartner: boolean;
}

/** The decisions on a lead, as they are stored. */
type DecidedLead = Campaign &
  Readonly<Record<keyof LeadPerson | 'partner' | 'outcome_reason' | 'country' | 'region' | 'city' | 'time_zone', string | null>> &
  Readonly<Record<'brand' | 'lead_id' | 'received_at' | 'outcome', string>>;

/** Where relays of leads go; what stands behind it is `relays`, which knows the destinations. */
export interface LeadOutbox {
  /** Stores the relays of leads of one brand, and why there are none. Known ones stay. Gives how many are new. */
  enqueue(target: RecordTarget, leads: readonly LeadFact[]): Promise<number>;
}

/** What of a lead is not among its decisions. */
export interface LeadContent {
  readonly values: Told;
  readonly isThroughPartner: boolean;
}

/** Step 10: a lead with an outcome, as destinations hear of it. Undefined if it counts for nobody. */
export function leadFact(row: DecidedLead, { values, isThroughPartner }: LeadContent, form: Pick<Form, 'theme' | 'product' | 'publicId' | 'publicParts'>, partner: Partner | undefined): LeadFact | undefined {
  const { brand, lead_id: leadId, person_id: personId, outcome, outcome_reason: reason } = row;
  if (personId === null || (outcome !== 'created' && outcome !== 'duplicate' && outcome !== 'restored')) return undefined;
  const received = row.received_at as Instant;
  const known: Readonly<Record<ToldName, string | null>> = {
    ...{ lead_id: leadId, received_at: toIso(received), form: form.publicId, ...form.publicParts, partner: partner?.publicId ?? null, outcome },
    ...{ email_sha256: row.email_sha256, email_md5: row.email_md5, click_id: row.click_id },
    ...{ sub1: row.sub1, sub2: row.sub2, sub3: row.sub3, sub4: row.sub4, sub5: row.sub5 },
    ...{ utm_source: row.utm_source, utm_medium: row.utm_medium, utm_campaign: row.utm_campaign, utm_term: row.utm_term, utm_content: row.utm_content },
    ...{ gclid: row.gclid, gbraid: row.gbraid, wbraid: row.wbraid, dclid: row.dclid, fbclid: row.fbclid, msclkid: row.msclkid },
    ...{ ttclid: row.ttclid, li_fat_id: row.li_fat_id, twclid: row.twclid },
    ...{ geo_country: row.country, geo_region: row.region, geo_city: row.city, geo_time_zone: row.time_zone },
  };
  return {
    ...{ brand, leadId, personId, received, outcome, reason, theme: form.theme, product: form.product, partner: row.partner },
    ...{ values, own: withoutNulls(known), postback: partner?.postback ?? null, isThroughPartner: isThroughPartner && partner?.via != null },
  };
}

/**
 * The payload of `lead.created`.
 * @param fields their names with ours; without any, the fields of the form and what it is about
 */
export function leadPayload({ values, own }: Pick<LeadFact, 'values' | 'own'>, fields?: Readonly<Record<string, string>>): string {
  if (fields === undefined) return JSON.stringify({ ...values, ...Object.fromEntries(USUAL.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]]))) });
  return JSON.stringify(Object.fromEntries(Object.entries(fields).flatMap(([theirs, ours]) => {
    const value = own[ours] ?? values[ours];
    return value === undefined ? [] : [[theirs, value]];
  })));
}

/** The payload of the `conversion` for the partner's network; the id of the order is that of the lead. */
export function conversionPayload({ leadId, own, postback }: Pick<LeadFact, 'leadId' | 'own' | 'postback'>): string {
  const subs = Object.fromEntries(['sub1', 'sub2', 'sub3', 'sub4', 'sub5'].flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
  const { payout = null, currency = null } = postback ?? {};
  return JSON.stringify(withoutNulls({ click_id: own['click_id'] ?? null, payout, currency, order_id: leadId, ...subs }));
}

function withoutNulls(record: Readonly<Record<string, FieldValue | null>>): Told {
  return Object.fromEntries(Object.entries(record).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
