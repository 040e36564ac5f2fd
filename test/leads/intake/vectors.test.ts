import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';

import { sha256Hex } from '../../../src/core/hash.ts';
import { listLeads } from '../../../src/leads/look-up/show.repository.ts';
import { leadKind } from '../../../src/leads/intake/import-batch.ts';
import { importIntake } from '../../../src/leads/intake/run-import-intake.ts';
import type { FormPair } from '../../../src/leads/pairs.ts';
import { folderSource } from '../../../src/leads/source/folder-source.client.ts';
import { migrate, newDatabase, type TestDatabase } from '../../support/databases/databases.ts';
import { leadRecord } from '../steps/lead-records.ts';
import { IMPORT, jobServices, leadImport, testIntake, unsubscribe } from './intake.ts';

interface VectorCase {
  readonly name: string;
  readonly events: readonly {
    readonly lead?: string;
    readonly removal?: string;
    readonly at: string;
    readonly form?: string;
    readonly method?: 'GET' | 'POST';
    readonly user_agent?: string | null;
    readonly fields?: readonly FormPair[];
    readonly headers?: Readonly<Record<string, string>>;
    readonly key?: true;
    readonly brand?: string;
    readonly email?: string;
  }[];
  readonly suppressed?: readonly string[];
  readonly expect: {
    readonly outcomes: readonly { readonly lead: string; readonly outcome: string; readonly reason: string | null; readonly is_crawler: boolean }[];
    readonly contacts: readonly { readonly brand: string; readonly email: string; readonly leads: number }[];
  };
}

const { fields, outcomes } = JSON.parse(readFileSync('test/vectors/serve.json', 'utf8')) as {
  readonly fields: { readonly forms: Readonly<Record<string, { readonly brand: string; readonly theme: string }>>; readonly blocked_domains: readonly string[] };
  readonly outcomes: { readonly cases: readonly VectorCase[] };
};
/** forms.yaml of the cases; JSON is YAML. */
const FORMS = JSON.stringify({
  themes: [...new Set(Object.values(fields.forms).map(({ theme }) => theme))],
  blocked_domains: fields.blocked_domains,
  forms: Object.entries(fields.forms).map(([id, form]) => ({ id, ...form, default: 'https://go.example/' })),
});

describe('import-intake gives what the specification says, one event after the other', () => {
  let suite: TestDatabase;

  beforeAll(async () => {
    suite = await newDatabase('sqlite');
    await migrate(suite.database);
  });

  test.each(outcomes.cases)('$name', async (each) => {
    const { database } = suite;
    await suite.empty();
    const intake = testIntake();
    for (const email of each.suppressed ?? []) await database.write((tx) => tx('erasures').insert({ email_sha256: sha256Hex(email), receipt_id: 'r', erased_at: '2026-01-01 00:00:00.000000', run_id: 'x', words: '[]', counts: '{}' }));
    for (const [place, event] of each.events.entries()) {
      const { lead, at, form = '', method = 'POST', user_agent: agent = null, fields: pairs = [], headers, key, removal = '', brand = '', email = '' } = event;
      if (lead === undefined) {
        await unsubscribe(database, at.replace('T', ' ').replace('Z', '000'), sha256Hex(email.trim().toLowerCase()), brand, removal);
        continue;
      }
      const own = fields.forms[form]?.brand ?? '';
      const sent = { lead_id: `lead_${lead}`, received_at: at, form, brand: own, method, pairs, headers: { ...headers, ...(agent === null ? {} : { 'user-agent': agent }) }, key: key === true ? 'key1' : null };
      intake.publish(`20260101T0000${String(place).padStart(2, '0')}Z-0`, [leadRecord(sent)], own);
      await importIntake({ ...jobServices(database), source: folderSource(intake.folder) }, IMPORT, [leadKind(leadImport(database, [], FORMS))], leadImport(database, [], FORMS));
    }
    await importIntake({ ...jobServices(database), source: folderSource(intake.folder) }, IMPORT, [leadKind(leadImport(database, [], FORMS))], leadImport(database, [], FORMS));
    const rows = await database.read((knex) => listLeads(knex, { brands: IMPORT.brands }, 100));
    const found = rows.map((row) => ({ lead: row.lead_id.slice('lead_'.length), outcome: row.outcome, reason: row.outcome_reason, is_crawler: row.is_crawler }));
    const byLead = (one: { lead: string }, other: { lead: string }): number => (one.lead < other.lead ? -1 : 1);
    expect(found.sort(byLead)).toEqual([...each.expect.outcomes].sort(byLead));
    const contacts = await database.read((knex) => knex('contacts').select<Record<string, unknown>[]>('brand', 'email_sha256', 'state', 'leads', 'duplicates', 'restored'));
    const wanted = each.expect.contacts.map(({ email, ...rest }) => ({ email_sha256: sha256Hex(email), ...rest }));
    const texts = (list: readonly Record<string, unknown>[]): string[] => list.map(({ brand, email_sha256: hash, state, leads, duplicates, restored }) => JSON.stringify([brand, hash, state, leads, duplicates, restored])).sort();
    expect(texts(contacts)).toEqual(texts(wanted));
  });
});
