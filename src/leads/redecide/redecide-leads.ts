import { applyRecords } from '../../engine/records/records.repository.ts';
import type { RecordTarget } from '../../engine/records/record-target.ts';
import { holdPersons } from '../../engine/stage/person-locks.repository.ts';
import type { LeadRecord } from '../lead-record.ts';
import { leadExchanges, leadFieldErrors, leadParams, rawLeads } from '../records/tables.ts';
import { decideEverywhere, personsOf, type PersonCounts } from '../intake/decide-persons.ts';
import type { Decision } from '../intake/fold-contacts.ts';
import { judgeRecords, type JudgedRecord, type LeadImport } from '../intake/judge-records.ts';
import { appendConsents } from '../intake/ledger.repository.ts';
import { parseLeadLine } from '../intake/lead-line.ts';
import { decidedLeads, keptExchanges, type KeptLead } from './redecide.repository.ts';

/** What judging leads of a brand anew changed. */
export interface Redecided {
  readonly judged: number;
  /** Leads whose form is not declared any more: they stay as they are. */
  readonly withoutForm: number;
  readonly persons: PersonCounts;
  readonly decided: readonly Decision[];
}

/**
 * Judges kept leads of a brand by the forms and rules of today, and decides their persons: those whom they belonged to, and
 * those whom they belong to now. Where a lead was sent, its exchange and the consents that it gave stay as they were.
 */
export async function redecideLeads(target: RecordTarget, setup: LeadImport, brand: string, kept: readonly KeptLead[]): Promise<Redecided> {
  const declared = new Set(setup.forms.forms.flatMap((form) => (form.brand === brand ? [form.id] : [])));
  const leads = kept.flatMap(({ record: text, lake_batch: batch }) => {
    const record = parseLeadLine(text, brand);
    return record === undefined || 'problem' in record || !declared.has(record.form) ? [] : [{ record: record satisfies LeadRecord, batch }];
  });
  const judged = await judgeRecords(target.tx, setup, leads);
  const ids = judged.map(({ row }) => row.lead_id);
  const rows = judged.map(({ row }) => row);
  const now = personsOf(rows);
  await holdPersons(target.database, target.tx, [...new Set([...now.keys(), ...personsOf([...(await decidedLeads(target.tx, brand, ids)).values()]).keys()])]);
  const before = await decidedLeads(target.tx, brand, ids);
  await writeBeside(target, brand, ids, judged);
  const persons = new Map([...personsOf([...before.values()]), ...now]);
  const contents = new Map(judged.map(({ row, content }) => [row.lead_id, content]));
  const { counts, decided } = await decideEverywhere(target, setup, brand, persons, { rows, contents, before });
  return { judged: judged.length, withoutForm: kept.length - judged.length, persons: counts, decided };
}

async function writeBeside(target: RecordTarget, brand: string, ids: readonly string[], judged: readonly JudgedRecord[]): Promise<void> {
  const { tx } = target;
  const rows = judged.map(({ beside }) => beside);
  const exchanges = await keptExchanges(tx, brand, ids);
  await applyRecords(target, rawLeads, { brand, keys: ids }, rows.map(({ raw }) => raw));
  await applyRecords(target, leadExchanges, { brand, keys: [...exchanges] }, rows.flatMap((row) => row.exchanges.filter(({ lead_id: id }) => exchanges.has(id))));
  await applyRecords(target, leadFieldErrors, { brand, keys: ids }, rows.flatMap(({ errors }) => errors));
  await applyRecords(target, leadParams, { brand, keys: ids }, rows.flatMap(({ params }) => params));
  await appendConsents(target, brand, rows.flatMap(({ consents }) => consents));
}
