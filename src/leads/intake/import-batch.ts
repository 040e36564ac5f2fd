import { applyRecords } from '../../engine/records/records.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { zeroCounts } from '../../engine/runs/import-batches.repository.ts';
import type { Forms } from '../forms/forms.ts';
import type { LeadRecord } from '../lead-record.ts';
import { leadExchanges, leadFieldErrors, leadParams, rawLeads } from '../records/tables.ts';
import { decideEverywhere, personsOf } from './decide-persons.ts';
import type { IntakeKind, StoredBatch } from './intake-kind.ts';
import { appendConsents } from './ledger.repository.ts';
import { readRecords, type IntakePart, type ParsedLine, type ReadRecords } from './intake-line.ts';
import { judgeRecords, type LeadImport } from './judge-records.ts';
import { parseLeadLine } from './lead-line.ts';
import { storedLeads } from './leads.repository.ts';

/** The leads of a batch, read and not yet stored. */
export type ReadLeads = ReadRecords<LeadRecord>;

/** Imports leads: each is judged once, and its person decided whole. */
export function leadKind(setup: LeadImport): IntakeKind {
  return {
    entity: 'lead',
    plural: 'leads',
    remedy: 'Declare the form again that they name',
    async read(parts, brand, batch) {
      const leads = await readLeads(parts, brand, setup.forms);
      return { read: leads.read, rejects: leads.rejects, store: (target) => storeLeads(target, setup, brand, batch, leads) };
    },
  };
}

/** Reads a batch; a line that is no lead of the brand, or of a form that is not declared, is rejected. */
async function readLeads(parts: Iterable<IntakePart>, brand: string, forms: Pick<Forms, 'forms'>): Promise<ReadLeads> {
  const declared = new Set(forms.forms.flatMap((form) => (form.brand === brand ? [form.id] : [])));
  return readRecords(parts, (line): ParsedLine<LeadRecord> => {
    const parsed = parseLeadLine(line, brand);
    if (parsed === undefined || 'problem' in parsed || declared.has(parsed.form)) return parsed;
    return { problem: `there is no form ${parsed.form} of ${brand} in forms.yaml`, key: 'form', id: parsed.lead_id };
  });
}

/** Judges the leads that are not stored yet, stores them with all that is beside, and folds the contacts of their persons. */
export async function storeLeads(target: RecordTarget, setup: LeadImport, brand: string, batch: string, leads: ReadLeads): Promise<StoredBatch> {
  const unique = new Map(leads.records.map((record) => [record.lead_id, record]));
  const known = await storedLeads(target.tx, brand, [...unique.keys()]);
  const fresh = [...unique.values()].filter(({ lead_id: id }) => !known.has(id));
  const judged = await judgeRecords(target.tx, setup, fresh.map((record) => ({ record, batch })));
  const keys = fresh.map(({ lead_id: id }) => id);
  const rows = judged.map(({ beside }) => beside);
  await applyRecords(target, rawLeads, { brand, keys }, rows.map(({ raw }) => raw));
  await applyRecords(target, leadExchanges, { brand, keys }, rows.flatMap(({ exchanges }) => exchanges));
  await applyRecords(target, leadFieldErrors, { brand, keys }, rows.flatMap(({ errors }) => errors));
  await applyRecords(target, leadParams, { brand, keys }, rows.flatMap(({ params }) => params));
  await appendConsents(target, brand, rows.flatMap(({ consents }) => consents));
  const contents = new Map(judged.map(({ row, content }) => [row.lead_id, content]));
  const all = judged.map(({ row }) => row);
  const { counts: fold } = await decideEverywhere(target, setup, brand, personsOf(all), { rows: all, contents, before: new Map() });
  const counts = { ...zeroCounts(), read: leads.read, inserted: fresh.length, unchanged: leads.records.length - fresh.length + leads.erased, rejected: leads.rejects.length };
  return { counts, fold, erased: new Set(judged.flatMap(({ erased }) => erased)), problems: [], dead: 0 };
}
