import { HubError } from '../../core/errors.ts';
import type { TextLine } from '../../core/text/text-lines.ts';
import { applyRecords } from '../../engine/records/records.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { zeroCounts, type ImportCounts } from '../../engine/runs/import-batches.repository.ts';
import type { Reject } from '../../raw/quarantine/quarantine.repository.ts';
import { exceedsLimit, formatRejectLimit, type RejectLimit } from '../../raw/quarantine/reject-limit.ts';
import type { Forms } from '../forms/forms.ts';
import type { LeadRecord } from '../lead-record.ts';
import { consents, leadExchanges, leadFieldErrors, leadParams, rawLeads } from '../records/tables.ts';
import { decideEverywhere, personsOf, type PersonCounts } from './decide-persons.ts';
import { judgeRecords, type LeadImport } from './judge-records.ts';
import { parseLeadLine } from './lead-line.ts';
import { storedLeads } from './leads.repository.ts';

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
  readonly fold: PersonCounts;
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

/**
 * Holds the rejects of a batch against the limit.
 * @throws HubError refused (too_many_rejects)
 */
export function requireFewRejects({ read, rejects }: ReadLeads, limit: RejectLimit): void {
  if (!exceedsLimit(limit, rejects.length, read)) return;
  const [first] = rejects;
  throw new HubError('refused', 'too_many_rejects', `${rejects.length} of ${read} lines are no leads, more than ${formatRejectLimit(limit)}: ${first?.reason ?? ''} (line ${first?.line ?? 0} of ${first?.part ?? ''}).`, {
    context: { file: first?.part, line: first?.line },
    nextStep: 'Declare the form again that they name, or allow more with --max-rejects; nothing of this batch was stored.',
  });
}

/** Judges the leads that are not stored yet, stores them with all that is beside, and folds the contacts of their persons. */
export async function storeLeads(target: RecordTarget, setup: LeadImport, brand: string, batch: string, leads: ReadLeads): Promise<StoredLeads> {
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
  const granted = rows.flatMap(({ consents: own }) => own);
  await applyRecords(target, consents, { brand, keys: granted.map(({ consent_id: id }) => id) }, granted);
  const contents = new Map(judged.map(({ row, content }) => [row.lead_id, content]));
  const all = judged.map(({ row }) => row);
  const { counts: fold } = await decideEverywhere(target, setup, brand, personsOf(all), { rows: all, contents, before: new Map() });
  const counts = { ...zeroCounts(), read: leads.read, inserted: fresh.length, unchanged: leads.records.length - fresh.length + leads.erased, rejected: leads.rejects.length };
  return { counts, fold, erased: new Set(judged.flatMap(({ erased }) => erased)) };
}
