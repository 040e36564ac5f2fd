import type { Instant } from '../../core/time.ts';
import type { consentPurposes } from '../fields/consent.ts';
import type { FieldValue } from '../fields/kind.ts';
import type { Form } from '../forms/form.ts';

export type ConsentPurpose = (typeof consentPurposes)[number];

/** What somebody said once to one purpose; entries are only ever added. */
export interface ConsentEntry {
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  readonly at: Instant;
}

/** An entry of a form, with the version of the text beside its box. */
export interface FormConsent extends ConsentEntry {
  readonly textVersion: string | null;
}

/** The entries of a valid lead: a box that is absent is none. Where two boxes ask for one purpose, a no is one. */
export function consentsOf({ fields }: Pick<Form, 'fields'>, values: Readonly<Record<string, FieldValue>>, at: Instant): FormConsent[] {
  const entries = new Map<ConsentPurpose, FormConsent>();
  for (const [name, field] of fields) {
    const granted = values[name];
    if (field.kind !== 'consent' || typeof granted !== 'boolean') continue;
    if (entries.get(field.purpose)?.granted !== false) entries.set(field.purpose, { purpose: field.purpose, granted, at, textVersion: field.text ?? null });
  }
  return [...entries.values()];
}

/** False if the form asks for marketing by e-mail and the lead does not grant it; then it brings nobody back who left. */
export function mayRestore({ fields }: Pick<Form, 'fields'>, values: Readonly<Record<string, FieldValue>>, at: Instant): boolean {
  const isAsked = [...fields.values()].some((field) => field.kind === 'consent' && field.purpose === 'marketing_email');
  return !isAsked || consentInForce(consentsOf({ fields }, values, at), 'marketing_email');
}

/** The answer that counts for a purpose: the latest, at one instant a denial; undefined if nobody answered. */
export function answerInForce<Entry extends ConsentEntry>(entries: readonly Entry[], purpose: ConsentPurpose): Entry | undefined {
  return entries.reduce<Entry | undefined>((last, entry) => {
    if (entry.purpose !== purpose) return last;
    return last === undefined || entry.at > last.at || (entry.at === last.at && !entry.granted) ? entry : last;
  }, undefined);
}

/** True if the purpose is granted; nothing is not granted. */
export function consentInForce(entries: readonly ConsentEntry[], purpose: ConsentPurpose): boolean {
  return answerInForce(entries, purpose)?.granted === true;
}
