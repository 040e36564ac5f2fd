import type { Database } from '../../../src/db/database.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { leadKind } from '../../../src/leads/intake/import-batch.ts';
import { importIntake } from '../../../src/leads/intake/run-import-intake.ts';
import { erasableFolder } from '../../../src/leads/source/erase-intake.client.ts';
import { compileWebhooks, requireSoundWebhooks, type Webhooks } from '../../../src/webhooks/declare/webhooks.ts';
import type { WebhookImport } from '../../../src/webhooks/intake/run-actions.ts';
import type { WebhookRow } from '../../../src/webhooks/intake/tables.ts';
import { webhookKind } from '../../../src/webhooks/intake/webhook-kind.ts';
import type { WebhookRecord } from '../../../src/webhooks/webhook-record.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { IMPORT, jobServices, leadImport, testIntake } from '../../leads/intake/intake.ts';

export const SOURCES_TEXT = `sources:
  - id: stripe-alpina
    brand: alpina
    scheme: stripe
    secrets: ["\${SECRET}"]
    actions:
      - { type: charge.*, hint: { object: charge, id: /data/object/id } }
      - { type: contact.unsubscribed, consent: { email: /data/email, purpose: marketing_email, granted: false, at: /data/at } }
      - { type: contact.answered, consent: { email: /data/email, purpose: partner_sharing, granted: /data/answer, text: v1 } }
      - { type: plan.changed, event: { name: plan_changed, properties: /data, consent: /data/agreed } }
      - { type: form.sent, lead: { form: f1, fields: { email: /data/email, country: /data/country, optin: /data/optin } } }
      - { type: form.gone, lead: { form: gone, fields: { email: /data/email } } }
      - { type: noise.*, ignore: true }
`;

export function sourcesOf(text = SOURCES_TEXT): Webhooks {
  return requireSoundWebhooks(compileWebhooks({ file: 'webhooks.yaml', text }, { brands: ['alpina', 'belmont'], variable: () => 'a secret' }));
}

export function webhookImport(database: Database, text?: string): WebhookImport {
  return { webhooks: sourcesOf(text), leads: leadImport(database), userHash: (_brand, id) => `usr_${id}`, events: { enqueue: () => Promise.resolve() } };
}

let deliveries = 0;

/** A delivery of an event as the server journals it. */
export function webhook(id: string, type: string, data: unknown, own: Partial<WebhookRecord> & { readonly text?: string | Buffer } = {}): WebhookRecord {
  const { text = JSON.stringify({ id, type, data }), ...more } = own;
  deliveries++;
  return {
    ...{ v: 1, kind: 'webhook', delivery_id: `whd_${deliveries.toString(16).padStart(24, '0')}`, source: 'stripe-alpina', brand: 'alpina', event_id: id, type },
    ...{ received_at: '2026-03-10T12:00:00.000Z', headers: { 'user-agent': 'Stripe/1.0' }, body: Buffer.from(text).toString('base64'), ...more },
  };
}

/** An intake of webhooks. */
export function webhookIntake() {
  const intake = testIntake();
  return {
    folder: intake.folder,
    publish: (batch: string, lines: readonly (WebhookRecord | string)[], brand = 'alpina') => intake.publish(batch, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))), brand, 'webhook'),
    publishLeads: (batch: string, lines: readonly LeadRecord[]) => intake.publish(batch, lines),
  };
}

/** Imports webhooks and leads of both brands. */
export async function importWebhooks(database: Database, { folder }: { readonly folder: string }, asked: { readonly dryRun?: boolean; readonly text?: string; readonly range?: (typeof IMPORT)['range'] | object } = {}): Promise<JobReport> {
  const setup = webhookImport(database, asked.text);
  const request = { ...IMPORT, dryRun: asked.dryRun ?? false, range: asked.range as (typeof IMPORT)['range'] };
  return importIntake({ ...jobServices(database), source: erasableFolder(folder) }, request, [leadKind(setup.leads), webhookKind(setup)], setup.leads);
}

export async function rowsOf(database: Database): Promise<WebhookRow[]> {
  return database.read((knex) => knex('webhooks').orderBy('event_id').select<WebhookRow[]>());
}
