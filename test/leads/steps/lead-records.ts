import type { LeadRecord } from '../../../src/leads/lead-record.ts';

/** A lead as the server would have journaled it. */
export function leadRecord(own: Partial<LeadRecord> = {}): LeadRecord {
  return {
    ...{ v: 1, kind: 'lead', lead_id: 'lead_1', received_at: '2026-03-10T12:00:00.000Z', brand: 'alpina', form: 'f1', partner: null, method: 'POST', path: '/l/frm_1' },
    ...{ headers: {}, address: '203.0.113.9', key: null, pairs: [], extra: [], query: [], status: 303, micros: 180 },
    decision: { rule: null, location: 'https://go.example/thanks', state: 'unknown', knowledge_as_of: null, withheld: false, forms: '9f3c' },
    ...own,
  };
}
