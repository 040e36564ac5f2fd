import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { sha256Hex } from '../../../src/core/hash.ts';
import { groupBy } from '../../../src/core/group-by.ts';
import { parseInstant, type Instant } from '../../../src/core/time.ts';
import { fieldSchema, type Field } from '../../../src/leads/fields/field.ts';
import type { FormPair } from '../../../src/leads/pairs.ts';
import { foldContact, type ContactEvent } from '../../../src/leads/steps/contact.ts';
import { judgeLead, type JudgedLead } from '../../../src/leads/steps/judge-lead.ts';
import { shippedRules } from '../../enriched/rules/shipped-rules.ts';
import { leadRecord } from './lead-records.ts';

interface LeadEvent {
  readonly lead: string;
  readonly at: string;
  readonly form: string;
  readonly method: 'GET' | 'POST';
  readonly user_agent: string | null;
  readonly fields: readonly FormPair[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly key?: true;
}

interface RemovalEvent {
  readonly removal: string;
  readonly at: string;
  readonly brand: string;
  readonly email: string;
}

interface OutcomeCase {
  readonly name: string;
  readonly events: readonly (LeadEvent | RemovalEvent)[];
  readonly suppressed?: readonly string[];
  readonly expect: { readonly outcomes: readonly object[]; readonly contacts: readonly { readonly brand: string; readonly email: string }[] };
}

interface FormSpec {
  readonly brand: string;
  readonly honeypot?: string;
  readonly on_crawler?: 'flag' | 'filter';
  readonly fields: Readonly<Record<string, unknown>>;
}

const vectors = JSON.parse(readFileSync('test/vectors/serve.json', 'utf8')) as {
  readonly fields: { readonly forms: Readonly<Record<string, FormSpec>>; readonly blocked_domains: readonly string[] };
  readonly outcomes: { readonly cases: readonly OutcomeCase[] };
};
const RESUBMIT_MS = 600_000;
const blockedDomains = new Set(vectors.fields.blocked_domains);

function formOf(id: string) {
  const spec = vectors.fields.forms[id];
  const fields = new Map<string, Field>(Object.entries(spec?.fields ?? {}).map(([name, field]) => [name, fieldSchema.parse(field)]));
  return { id, brand: spec?.brand ?? '', honeypot: spec?.honeypot ?? null, onCrawler: spec?.on_crawler ?? null, partnerParam: 'p', fields, emailField: 'email' };
}

function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

/** Judges the leads in their order of arrival and folds each contact; all in memory. */
function outcomesOf({ events, suppressed = [] }: Pick<OutcomeCase, 'events' | 'suppressed'>) {
  const erased = new Set(suppressed.map((email) => sha256Hex(email)));
  const leads = events.flatMap((event): JudgedLead[] => {
    if (!('lead' in event)) return [];
    const { brand } = formOf(event.form);
    const headers = { ...event.headers, ...(event.user_agent === null ? {} : { 'user-agent': event.user_agent }) };
    const record = leadRecord({ lead_id: event.lead, received_at: event.at, form: event.form, brand, method: event.method, pairs: event.fields, headers, key: event.key === true ? 'key1' : null });
    return [judgeLead(record, { form: formOf(event.form), rules: shippedRules, blockedDomains, isErased: (hash) => erased.has(hash), locate: undefined })];
  });
  const entries = [
    ...leads.flatMap((lead) => (lead.judgement.outcome === 'valid' && lead.person !== undefined ? [{ key: `${lead.brand} ${lead.person.email_sha256}`, event: lead.event }] : [])),
    ...events.flatMap((event) => ('removal' in event ? [{ key: `${event.brand} ${sha256Hex(event.email.trim().toLowerCase())}`, event: { kind: 'removal' as const, id: event.removal, at: instant(event.at) } }] : [])),
  ];
  const contacts = [...groupBy(entries, ({ key }) => key)].map(([key, own]) => ({ key, ...foldContact(own.map(({ event }): ContactEvent => event), RESUBMIT_MS) }));
  const steps = new Map(contacts.flatMap(({ steps: own }) => own.map((step) => [step.event.id, step] as const)));
  const outcomes = leads.map(({ lead_id: lead, judgement, crawler }) => {
    const { outcome, reason } = judgement.outcome === 'valid' ? (steps.get(lead) ?? judgement) : judgement;
    return { lead, outcome, reason, is_crawler: crawler.is_crawler };
  });
  return { outcomes, contacts };
}

describe('the ten steps, on the cases of the specification', () => {
  test.each(vectors.outcomes.cases)('$name', (each) => {
    const { outcomes, contacts } = outcomesOf(each);
    expect(outcomes).toEqual(each.expect.outcomes);
    const wanted = each.expect.contacts.map(({ brand, email, ...rest }) => ({ key: `${brand} ${sha256Hex(email)}`, ...rest }));
    const found = contacts.map(({ key, contact }) => ({ key, state: contact?.state, leads: contact?.leads, duplicates: contact?.duplicates, restored: contact?.restored }));
    const byKey = (one: { key: string }, other: { key: string }): number => (one.key < other.key ? -1 : 1);
    expect(found.sort(byKey)).toEqual(wanted.sort(byKey));
  });

  test('give the same in every order of arrival', () => {
    for (const each of vectors.outcomes.cases) {
      const sorted = (events: OutcomeCase['events']) => {
        const { outcomes, contacts } = outcomesOf({ ...each, events });
        return { outcomes: outcomes.map((outcome) => JSON.stringify(outcome)).sort(), contacts: contacts.map((contact) => JSON.stringify(contact)).sort() };
      };
      const expected = sorted(each.events);
      fc.assert(
        fc.property(fc.shuffledSubarray([...each.events], { minLength: each.events.length }), (events) => {
          expect(sorted(events)).toEqual(expected);
        }),
        { numRuns: 5 },
      );
    }
  });
});
