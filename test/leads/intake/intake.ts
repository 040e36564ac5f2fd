import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { Database } from '../../../src/db/database.ts';
import type { JobReport } from '../../../src/engine/runs/job.ts';
import { requireSound, type Forms } from '../../../src/leads/forms/forms.ts';
import { importIntake } from '../../../src/leads/intake/run-import-intake.ts';
import type { LeadRecord } from '../../../src/leads/lead-record.ts';
import { silentProgress } from '../../../src/monitoring/progress.ts';
import { shippedRules } from '../../enriched/rules/shipped-rules.ts';
import { testClock } from '../../support/suite/clock.ts';
import { temporaryFolder } from '../../support/suite/temporary-folder.ts';
import { compiled } from '../forms/forms-file.ts';

/** The forms of these tests, as a file. */
export const FORMS = `forms:
  - id: f1
    brand: alpina
    honeypot: website2
    fields:
      email: { kind: email }
      phone: { kind: phone }
      country: { kind: choice, options: [FR, CH], required: true }
      optin: { kind: consent, purpose: marketing_email, text: v3 }
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
  publish(batch: string, lines: readonly (LeadRecord | string)[], brand?: string): string;
}

export function testIntake(): TestIntake {
  const folder = temporaryFolder('intake');
  return {
    folder,
    publish(batch, lines, brand = 'alpina') {
      const place = join(folder, 'lead', `brand=${brand}`, `batch=${batch}`);
      mkdirSync(place, { recursive: true });
      const file = join(place, 'part-1.ndjson.gz');
      writeFileSync(file, gzipSync(`${lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n')}\n`));
      return file;
    },
  };
}

const clock = testClock();
const usual = requireSound(compiled(FORMS));

/** Imports the leads of both brands. */
export async function importAll(database: Database, intake: TestIntake, dryRun = false, forms: Forms = usual): Promise<JobReport> {
  const services = { database, clock, version: '0.0.0', signal: new AbortController().signal, progress: silentProgress };
  const brands = ['alpina', 'belmont'];
  return importIntake(services, { brands, dryRun, folder: intake.folder }, { forms, rules: shippedRules, resubmitMs: 600_000, brands });
}
