import { internalId } from '../../orders/ids/ids.ts';
import type { LeadRecord } from '../lead-record.ts';
import type { LeadRow } from '../records/tables.ts';
import type { ContactLead } from '../steps/contact.ts';
import type { JudgedLead } from '../steps/judge-lead.ts';

/** The row of a judged lead; what a valid one becomes is filled in by the fold. Of an erased person nothing is in it that tells of them. */
export function leadRow(record: LeadRecord, lead: JudgedLead, judgedBy: string): LeadRow {
  const isErased = lead.judgement.reason === 'suppressed';
  const { geo_status: geoStatus, ip_prefix: prefix, ...place } = lead.geo;
  const campaign = isErased ? Object.fromEntries(Object.keys(lead.marketing.campaign).map((name) => [name, null])) : lead.marketing.campaign;
  return {
    ...{ brand: lead.brand, lead_id: lead.lead_id, received_at: lead.received, form: record.form, partner: record.partner, method: record.method },
    ...(isErased || lead.person === undefined ? { person_id: null, email_sha256: null, email_md5: null } : lead.person),
    ...lead.redirect,
    // The address that an erased person was sent to may hold their click id.
    ...(isErased ? { target: '' } : {}),
    judged_by: judgedBy,
    ...lead.crawler,
    outcome: lead.judgement.outcome,
    outcome_reason: lead.judgement.reason,
    may_restore: lead.event.mayRestore,
    geo_status: geoStatus,
    ...(isErased ? { country: null, region: null, city: null, time_zone: null, ip_prefix: null } : { ...place, ip_prefix: prefix }),
    ...(campaign as JudgedLead['marketing']['campaign']),
  };
}

/** The rows of a judged lead in the tables beside; none of an erased person. */
export function rowsBeside(record: LeadRecord, lead: JudgedLead, batch: string) {
  const { brand, lead_id: leadId } = lead;
  const isErased = lead.judgement.reason === 'suppressed';
  const personId = isErased ? null : (lead.person?.person_id ?? null);
  const ids = { brand, lead_id: leadId };
  return {
    raw: { ...ids, person_id: personId, received_at: lead.received, form: record.form, record: isErased ? null : JSON.stringify(record), lake_batch: batch },
    exchanges: isErased ? [] : [{ ...ids, person_id: personId, ...lead.exchange }],
    errors: isErased ? [] : lead.checked.errors.map((error) => ({ ...ids, ...error })),
    params: isErased ? [] : lead.marketing.params.map((param, place) => ({ ...ids, position: String(place + 1).padStart(2, '0'), ...param })),
    consents:
      personId === null
        ? []
        : lead.consents.map(({ purpose, granted, textVersion, at }) => ({
            ...{ brand, consent_id: internalId('lead', brand, leadId, purpose), person_id: personId, purpose, granted },
            ...{ source: 'lead', evidence: leadId, text_version: textVersion, occurred_at: at },
          })),
  };
}

/** Outcomes of leads that count for their contact. */
export const countedOutcomes = ['valid', 'created', 'duplicate', 'restored'];

/** How a lead counts for its contact; undefined if it does not. */
export function eventOf(row: LeadRow): ContactLead | undefined {
  if (!countedOutcomes.includes(row.outcome)) return undefined;
  return { kind: 'lead', id: row.lead_id, at: row.received_at as ContactLead['at'], form: row.form, mayRestore: row.may_restore };
}
