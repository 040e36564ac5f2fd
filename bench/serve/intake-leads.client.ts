import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import type { LeadRecord } from '../../src/leads/lead-record.ts';

/** What a server writes in a minute at 500 leads a second. */
const LEADS_A_BATCH = 30_000;
const START = Date.UTC(2026, 2, 10);
const MINUTE_MS = 60_000;
/** One lead in five is of a person who has sent one before. */
const NEW_IN_FIVE = 4;

/** Publishes leads of one form as a server would have, in batches of a minute. */
export function publishLeads(folder: string, leads: number): void {
  for (let start = 0; start < leads; start += LEADS_A_BATCH) {
    const at = new Date(START + (start / LEADS_A_BATCH) * MINUTE_MS);
    const batch = `${at.toISOString().replace(/[-:]/g, '').slice(0, 15)}Z-0`;
    const place = join(folder, 'lead', 'brand=alpina', `batch=${batch}`);
    mkdirSync(place, { recursive: true });
    const lines = Array.from({ length: Math.min(LEADS_A_BATCH, leads - start) }, (_, index) => JSON.stringify(leadOf(start + index, new Date(at.getTime() + index * 2))));
    writeFileSync(join(place, 'part-0000000001.ndjson.gz'), gzipSync(`${lines.join('\n')}\n`));
  }
}

function leadOf(number: number, at: Date): LeadRecord {
  const person = number % 5 < NEW_IN_FIVE ? number : Math.floor(number / 2);
  return {
    ...{ v: 1, kind: 'lead', lead_id: `lead_${((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}${number.toString(16).padStart(16, '0')}`, received_at: at.toISOString() },
    ...{ brand: 'alpina', form: 'detox-fr', partner: null, method: 'POST', path: '/l/frm_000000000000000000000000', address: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`, key: null },
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'accept-language': 'fr' },
    pairs: [['email', `person.${person}@mail-alpina.invalid`], ['first_name', 'Anna'], ['country', 'FR'], ['optin', '1']],
    ...{ extra: [], query: [['utm_source', 'bench'], ['gclid', `g${number}`], ['color', 'red']] },
    decision: { rule: null, location: 'https://go.alpina.example/thanks', state: 'unknown', knowledge_as_of: null, withheld: false, forms: '0000000000000000' },
    ...{ status: 303, micros: 180 },
  };
}
