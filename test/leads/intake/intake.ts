import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Database } from '../../../src/db/database.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { requireSound, type Forms } from '../../../src/leads/forms/forms.ts';
import { leadKind } from '../../../src/leads/intake/import-batch.ts';
import { importIntake } from '../../../src/leads/intake/run-import-intake.ts';
import type { LeadImport } from '../../../src/leads/intake/judge-records.ts';
import { runRedecide, type RedecideRequest } from '../../../src/leads/redecide/run-redecide.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import type { Route } from '../../../src/relays/destinations/destination.ts';
import { createLeadOutbox } from '../../../src/relays/leads/lead-outbox.ts';
import { wholeShard } from '../../../src/core/shard.ts';
import { erasableFolder } from '../../../src/leads/source/erase-intake.client.ts';
import { DEFAULT_REJECT_LIMIT, parseRejectLimit } from '../../../src/raw/quarantine/reject-limit.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { shippedRules } from '../../enriched/rules/shipped-rules.ts';
import { testClock } from '../../support/suite/clock.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { compiled } from '../forms/forms-file.ts';

export const FORMS_TEXT = `themes: [detox]
partners:
  - { id: acme, postback: { destination: net, on: [created, restored], payout: 4.50, currency: EUR } }
  - { id: bolt, postback: { destination: net }, via: "https://go.example/through?u={next}" }
forms:
  - id: f1
    brand: alpina
    theme: detox
    honeypot: website2
    fields:
      email: { kind: email }
      phone: { kind: phone }
      country: { kind: choice, options: [FR, CH], required: true }
      optin: { kind: consent, purpose: marketing_email, text: v3 }
      share: { kind: consent, purpose: partner_sharing }
    default: https://go.example/thanks?l={lead_id}
  - id: f2
    brand: belmont
    fields:
      email: { kind: email }
    default: https://go.example/f2
`;

/** An intake that a server has published to. */
export interface TestIntake {
  readonly folder: string;
  /** Publishes leads as one part of a batch; texts are written as they are. */
  publish(batch: string, lines: readonly (LeadRecord | string)[], brand?: string, kind?: string): string;
}

export function testIntake(): TestIntake {
  const folder = temporaryFolder('intake');
  return {
    folder,
    publish(batch, lines, brand = 'alpina', kind = 'lead') {
      const place = join(folder, kind, `brand=${brand}`, `batch=${batch}`);
      mkdirSync(place, { recursive: true });
      const file = join(place, 'part-1.ndjson.gz');
      writeFileSync(file, gzipSync(`${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`));
      return file;
    },
  };
}

const clock = testClock();

const BRANDS = ['alpina', 'belmont'];
/** What an import without options asks for. */
export const IMPORT = { brands: BRANDS, dryRun: false, range: undefined, shard: wholeShard, rejectLimit: parseRejectLimit(DEFAULT_REJECT_LIMIT) };

/** What leads are judged and relayed with, by these forms. */
export function leadImport(database: Database, destinations: readonly Route[] = [], text = FORMS_TEXT): LeadImport {
  return { forms: requireSound(compiled(text)), rules: shippedRules, resubmitMs: 600_000, brands: BRANDS, outbox: createLeadOutbox(database, destinations, clock) };
}

/** Imports the leads of both brands. */
export async function importAll(database: Database, intake: TestIntake, dryRun = false, destinations: readonly Route[] = [], forms?: Forms): Promise<JobReport> {
  const usual = leadImport(database, destinations);
  const setup = forms === undefined ? usual : { ...usual, forms };
  return importIntake({ ...jobServices(database), source: erasableFolder(intake.folder) }, { ...IMPORT, dryRun }, [leadKind(setup)], setup);
}

/** Judges the leads of both brands anew. */
export function redecideAll(database: Database, text: string, asked: Partial<RedecideRequest> = {}, destinations: readonly Route[] = []): Promise<JobReport> {
  return runRedecide(jobServices(database), { brands: BRANDS, range: undefined, forms: undefined, dryRun: false, ...asked }, leadImport(database, destinations, text));
}

export function jobServices(database: Database) {
  return { database, clock, version: '0.0.0', signal: new AbortController().signal, progress: silentProgress };
}

/** Stores an unsubscription as import-email does. */
export async function unsubscribe(database: Database, at: string, hash: string, brand = 'alpina', id = `u-${at}`): Promise<void> {
  await database.write(async (tx) => {
    const last = await tx<{ name: string; value: number }>('counters').where({ name: 'change_no' }).first('value');
    const value = (last?.value ?? 0) + 1;
    await tx('counters').insert({ name: 'change_no', value }).onConflict('name').merge();
    await tx('email_unsubscribes').insert({ brand, source_id: id, occurred_at: at, email_sha256: hash, row_hash: 'h', lake_batch: '20260101T000000Z', lake_row: 1, change_no: value });
  });
}
