import type { Transaction } from '../../db/database.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import type { Form } from '../forms/form.ts';
import type { Forms } from '../forms/forms.ts';
import type { LeadRecord } from '../lead-record.ts';
import type { LeadRow } from '../records/tables.ts';
import { errorsOf } from '../steps/errors.ts';
import { leadFact, type LeadContent, type LeadOutbox } from '../steps/relays.ts';
import { parseLeadLine } from './lead-line.ts';
import { rawRecords } from './leads.repository.ts';

/** What relays are made with. */
export interface RelaySetup {
  readonly forms: Pick<Forms, 'forms' | 'partners' | 'blockedDomains'>;
  readonly outbox: LeadOutbox;
}

/** What is told of a lead, as its form reads it today. */
function contentOf(record: LeadRecord, row: Pick<LeadRow, 'received_at'>, form: Pick<Form, 'fields'>, blockedDomains: ReadonlySet<string>): LeadContent {
  const { values } = errorsOf(record, form, row.received_at as Parameters<typeof errorsOf>[2], blockedDomains);
  return { values, isThroughPartner: record.decision.via === true };
}

/**
 * Step 10 for leads of a brand whose outcome is new: stores their relays. What is not among the contents is read from the
 * raw leads; of one that is purged, or whose form is not declared any more, nothing leaves.
 * @returns how many relays are new
 */
export async function relayLeads(target: RecordTarget, { forms, outbox }: RelaySetup, brand: string, rows: readonly LeadRow[], contents: ReadonlyMap<string, LeadContent>): Promise<number> {
  const formById = new Map(forms.forms.map((form) => [form.id, form]));
  const partnerById = new Map(forms.partners.map((partner) => [partner.id, partner]));
  const absent = await recordsOf(target.tx, brand, rows.flatMap(({ lead_id: id }) => (contents.has(id) ? [] : [id])));
  const facts = rows.flatMap((row) => {
    const form = formById.get(row.form);
    const record = absent.get(row.lead_id);
    const content = contents.get(row.lead_id) ?? (form === undefined || record === undefined ? undefined : contentOf(record, row, form, forms.blockedDomains));
    const fact = form === undefined || content === undefined ? undefined : leadFact(row, content, form, partnerById.get(row.partner ?? ''));
    return fact === undefined ? [] : [fact];
  });
  return facts.length === 0 ? 0 : outbox.enqueue(target, facts);
}

async function recordsOf(tx: Transaction, brand: string, ids: readonly string[]): Promise<Map<string, LeadRecord>> {
  const found = new Map<string, LeadRecord>();
  for (const [id, text] of await rawRecords(tx, brand, ids)) {
    const parsed = parseLeadLine(text, brand);
    if (parsed !== undefined && !('problem' in parsed)) found.set(id, parsed);
  }
  return found;
}
