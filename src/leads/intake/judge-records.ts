import { HubError } from '../../core/errors.ts';
import type { Transaction } from '../../db/database.ts';
import type { Rules } from '../../enriched/rules/rules.ts';
import type { Form } from '../forms/form.ts';
import type { Forms } from '../forms/forms.ts';
import type { LeadRecord } from '../lead-record.ts';
import type { LeadRow } from '../records/tables.ts';
import { hashesNamed } from '../steps/email.ts';
import type { Locate } from '../steps/geo.ts';
import { judgeLead } from '../steps/judge-lead.ts';
import type { LeadContent } from '../steps/relays.ts';
import type { PersonSetup } from './decide-persons.ts';
import { leadRow, rowsBeside } from './lead-rows.ts';
import { erasedAmong } from './leads.repository.ts';

/** What leads are judged with. */
export interface LeadImport extends PersonSetup {
  readonly forms: Forms;
  readonly rules: Rules;
  /** Looks addresses up in the geo file; undefined without one. */
  readonly locate?: Locate | undefined;
}

/** A lead of a batch, as it came. */
export interface BatchedLead {
  readonly record: LeadRecord;
  readonly batch: string;
}

/** A lead with its rows in all tables. */
export interface JudgedRecord {
  readonly row: LeadRow;
  readonly beside: ReturnType<typeof rowsBeside>;
  readonly content: LeadContent;
  /** The SHA-256 of erased persons' addresses that it names. */
  readonly erased: readonly string[];
}

/** Judges leads by the forms and rules of today; their forms must be declared. */
export async function judgeRecords(tx: Transaction, { forms, rules, locate }: Pick<LeadImport, 'forms' | 'rules' | 'locate'>, leads: readonly BatchedLead[]): Promise<JudgedRecord[]> {
  const formById = new Map(forms.forms.map((form) => [form.id, form]));
  const formOf = (record: LeadRecord): Form => {
    const form = formById.get(record.form);
    if (form === undefined) throw new HubError('unexpected', 'unknown_form', `There is no form ${record.form}.`);
    return form;
  };
  const erased = await erasedAmong(tx, leads.flatMap(({ record }) => hashesNamed(record, formOf(record))));
  return leads.map(({ record, batch }) => {
    const lead = judgeLead(record, { form: formOf(record), rules, blockedDomains: forms.blockedDomains, isErased: (hash) => erased.has(hash), locate });
    const content = { values: lead.checked.values, isThroughPartner: record.decision.via === true };
    return { row: leadRow(record, lead, forms.version), beside: rowsBeside(record, lead, batch), content, erased: erased.size === 0 ? [] : hashesNamed(record, formOf(record)).filter((hash) => erased.has(hash)) };
  });
}
