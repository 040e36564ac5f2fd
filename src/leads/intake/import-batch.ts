import { HubError } from '../../core/errors.ts';
import type { TextLine } from '../../core/text/text-lines.ts';
import type { Rules } from '../../enriched/rules/rules.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { zeroCounts, type ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { Reject } from '../../raw/quarantine/quarantine.repository.ts';
import type { Form } from '../forms/form.ts';
import type { Forms } from '../forms/forms.ts';
import type { LeadRecord } from '../lead-record.ts';
import { consents, leadExchanges, leadFieldErrors, leadParams, rawLeads, type LeadRow } from '../records/tables.ts';
import { hashesNamed } from '../steps/email.ts';
import type { Locate } from '../steps/geo.ts';
import { judgeLead } from '../steps/judge-lead.ts';
import { foldContacts, type FoldCounts } from './fold-contacts.ts';
import { parseLeadLine } from './lead-line.ts';
import { leadRow, rowsBeside } from './lead-rows.ts';
import { erasedAmong, storedLeads } from './leads.repository.ts';

/** What leads are taken in with. */
export interface LeadImport {
  readonly forms: Forms;
  readonly rules: Rules;
  readonly resubmitMs: number;
  /** All brands: who leaves one before a lead at another is its contact too. */
  readonly brands: readonly string[];
  /** Looks addresses up in the geo file; undefined without one. */
  readonly locate?: Locate | undefined;
}

/** The lines of one part, with the name that is kept with rejected ones. */
export interface LeadPart {
  readonly name: string;
  readonly lines: AsyncIterable<TextLine>;
}

/** The leads of a batch, read and not yet stored. */
export interface ReadLeads {
  readonly records: readonly LeadRecord[];
  readonly rejects: readonly Reject[];
  readonly read: number;
  /** Of which an erasure has left the ids. */
  readonly erased: number;
}

/** What became of them. */
export interface StoredLeads {
  readonly counts: ImportCounts;
  readonly fold: FoldCounts;
  /** The SHA-256 of erased persons' addresses that the batch names. */
  readonly erased: ReadonlySet<string>;
}

/** Reads a batch; a line that is no lead of the brand, or of a form that is not declared, is rejected. */
export async function readLeads(parts: Iterable<LeadPart>, brand: string, forms: Pick<Forms, 'forms'>): Promise<ReadLeads> {
  const declared = new Set(forms.forms.flatMap((form) => (form.brand === brand ? [form.id] : [])));
  const records: LeadRecord[] = [];
  const rejects: Reject[] = [];
  let [read, erased] = [0, 0];
  for (const { name, lines } of parts) {
    let line = 0;
    for await (const each of lines) {
      line++;
      const text = 'text' in each ? each.text : '';
      if ('text' in each && text === '') continue;
      read++;
      const parsed = 'text' in each ? parseLeadLine(text, brand) : { problem: each.problem, key: null };
      if (parsed === undefined) erased++;
      if (parsed === undefined) continue;
      const flaw = 'problem' in parsed ? parsed : declared.has(parsed.form) ? undefined : { problem: `there is no form ${parsed.form} of ${brand} in forms.yaml`, key: 'form' };
      if (flaw === undefined) records.push(parsed as LeadRecord);
      else rejects.push({ part: name, line, row: read, sourceId: 'lead_id' in parsed ? parsed.lead_id : null, code: 'invalid_value', column: flaw.key, reason: flaw.problem, header: [], csv: false, raw: text });
    }
  }
  return { records, rejects, read, erased };
}

/** Judges the leads that are not stored yet, stores them with all that is beside, and folds the contacts of their persons. */
export async function storeLeads(target: RecordTarget, { forms, rules, resubmitMs, brands, locate }: LeadImport, brand: string, batch: string, leads: ReadLeads): Promise<StoredLeads> {
  const unique = new Map(leads.records.map((record) => [record.lead_id, record]));
  const known = await storedLeads(target.tx, brand, [...unique.keys()]);
  const fresh = [...unique.values()].filter(({ lead_id: id }) => !known.has(id));
  const formById = new Map(forms.forms.map((form) => [form.id, form]));
  const formOf = (record: LeadRecord): Form => {
    const form = formById.get(record.form);
    if (form === undefined) throw new HubError('unexpected', 'unknown_form', `There is no form ${record.form}.`);
    return form;
  };
  const erased = await erasedAmong(target.tx, fresh.flatMap((record) => hashesNamed(record, formOf(record))));
  const judged = fresh.map((record) => {
    const lead = judgeLead(record, { form: formOf(record), rules, blockedDomains: forms.blockedDomains, isErased: (hash) => erased.has(hash), locate });
    return { row: leadRow(record, lead, forms.version), beside: rowsBeside(record, lead, batch) };
  });
  const keys = fresh.map(({ lead_id: id }) => id);
  const rows = judged.map(({ beside }) => beside);
  await applyRecords(target, rawLeads, { brand, keys }, rows.map(({ raw }) => raw));
  await applyRecords(target, leadExchanges, { brand, keys }, rows.flatMap(({ exchanges }) => exchanges));
  await applyRecords(target, leadFieldErrors, { brand, keys }, rows.flatMap(({ errors }) => errors));
  await applyRecords(target, leadParams, { brand, keys }, rows.flatMap(({ params }) => params));
  const granted = rows.flatMap(({ consents: own }) => own);
  await applyRecords(target, consents, { brand, keys: granted.map(({ consent_id: id }) => id) }, granted);
  const fold = await foldPersons(target, judged.map(({ row }) => row), brand, brands, resubmitMs);
  const counts = { ...zeroCounts(), read: leads.read, inserted: fresh.length, unchanged: leads.records.length - fresh.length + leads.erased, rejected: leads.rejects.length };
  return { counts, fold, erased };
}

async function foldPersons(target: RecordTarget, rows: readonly LeadRow[], brand: string, brands: readonly string[], resubmitMs: number): Promise<FoldCounts> {
  const persons = new Map(rows.flatMap(({ person_id: id, email_sha256: hash, outcome }) => (outcome === 'valid' && id !== null && hash !== null ? [[id, hash] as const] : [])));
  const sum = await foldContacts(target, brand, persons, rows, resubmitMs);
  for (const other of brands) {
    if (other === brand) continue;
    const { contacts, redecided } = await foldContacts(target, other, persons, [], resubmitMs);
    sum.contacts += contacts;
    sum.redecided += redecided;
  }
  return sum;
}
