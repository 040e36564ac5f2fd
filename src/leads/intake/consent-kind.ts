import { z } from 'zod';

import { parseInstant } from '../../core/time.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import { personIdOf } from '../../enriched/facts/person.ts';
import { internalId } from '../../orders/ids/ids.ts';
import type { ConsentRecord } from '../records/consent-record.ts';
import { consentPurposes } from '../fields/consent.ts';
import type { ConsentRow } from '../records/tables.ts';
import { decideEverywhere, type PersonSetup } from './decide-persons.ts';
import type { IntakeKind, StoredBatch } from './intake-kind.ts';
import { parseIntakeLine, readRecords, type ReadRecords } from './intake-line.ts';
import { erasedAmong } from './leads.repository.ts';
import { appendConsents } from './ledger.repository.ts';

const instant = z.string().refine((text) => parseInstant(text) !== undefined);

/** A line of `intake/consent`. */
const recordSchema = z.object({
  v: z.literal(1),
  kind: z.literal('consent'),
  brand: z.string(),
  consent_id: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  key: z.string(),
  received_at: instant,
  occurred_at: instant,
  email_sha256: z.string().regex(/^[0-9a-f]{64}$/),
  purpose: z.enum(consentPurposes),
  granted: z.boolean(),
  text: z.string().max(100).nullable(),
});

/** Imports consents into the ledger; persons who refused marketing by e-mail are decided anew. */
export function consentKind(setup: PersonSetup): IntakeKind {
  return {
    entity: 'consent',
    plural: 'consents',
    remedy: 'See what writes to this place of the intake beside hub serve',
    async read(parts, brand) {
      const read = await readRecords<ConsentRecord>(parts, (line) => parseIntakeLine(recordSchema, line, brand));
      return { read: read.read, rejects: read.rejects, store: (target) => storeConsents(target, setup, brand, read) };
    },
  };
}

const NO_LEADS = { rows: [], contents: new Map(), before: new Map() };

/** Of an erased person nothing is kept. */
async function storeConsents(target: RecordTarget, setup: PersonSetup, brand: string, { records, rejects, read, erased: gone }: ReadRecords<ConsentRecord>): Promise<StoredBatch> {
  const erased = await erasedAmong(target.tx, records.map(({ email_sha256: hash }) => hash));
  const kept = records.filter(({ email_sha256: hash }) => !erased.has(hash));
  const inserted = await appendConsents(target, brand, kept.map((record) => rowOf(record)));
  const persons = new Map(kept.map(({ email_sha256: hash }) => [personIdOf(hash), hash]));
  const { counts: fold } = await decideEverywhere(target, setup, brand, persons, NO_LEADS);
  const counts = { ...zeroCounts(), read, inserted, unchanged: records.length - inserted + gone, rejected: rejects.length };
  return { counts, fold, erased, problems: [], dead: 0 };
}

function rowOf({ brand, consent_id: id, email_sha256: hash, purpose, granted, text, occurred_at: at }: ConsentRecord): ConsentRow {
  return {
    ...{ brand, consent_id: internalId('api', brand, id, purpose), person_id: personIdOf(hash), purpose, granted, source: 'api' },
    ...{ evidence: internalId('api', brand, id), text_version: text, occurred_at: parseInstant(at) ?? '' },
  };
}
