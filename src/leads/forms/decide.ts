import { sha256Hex } from '../../core/hash.ts';
import { dateOf } from '../../core/time.ts';
import { clickIdNames } from '../click-ids.ts';
import type { CaptureDecision, CaptureForm, CaptureRequest, Decide, KnowledgeState } from '../decision.ts';
import { checkFields, type CheckedFields } from '../fields/check-fields.ts';
import type { FormPair } from '../pairs.ts';
import { winnerOf } from '../routing/table.ts';
import { renderTarget, type MacroValues } from '../targets/target.ts';
import type { Form } from './form.ts';
import type { Forms } from './forms.ts';
import type { Partner } from './partner.ts';

/** A form with its place in the table, as the server knows it. */
interface Placed {
  readonly form: Form;
  readonly place: number;
  readonly capture: CaptureForm;
}

interface PlacedPartner {
  readonly partner: Partner;
  readonly place: number;
}

const SUB_NAMES = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5'] as const;
const NOTHING: CheckedFields = { errors: [], values: {}, isInvalid: false };

/** The decisions of compiled forms, all in memory; the forms must be sound. */
export function decideBy(forms: Forms): Decide {
  const placed = forms.forms.map((form, place): Placed => ({ form, place, capture: captureForm(form) }));
  const byId = new Map(placed.map((each) => [each.form.id, each]));
  // An id that a form had before never takes the place of one that a form has.
  const byPublicId = new Map([...placed.flatMap((each) => (each.form.formerPublicId === null ? [] : [[each.form.formerPublicId, each] as const])), ...placed.map((each) => [each.form.publicId, each] as const)]);
  const partners = new Map(forms.partners.map((partner, place): [string, PlacedPartner] => [partner.publicId, { partner, place }]));
  return {
    version: forms.version,
    form: (publicId) => byPublicId.get(publicId)?.capture,
    decide(request) {
      const found = byId.get(request.form.id);
      // Forms are looked up and decided on by the same compiled file.
      if (found === undefined) throw new Error(`There is no form ${request.form.id}.`);
      return decision(forms, found, partnerOf(found.form, request, partners), request);
    },
  };
}

function decision(forms: Forms, { form, place }: Placed, partner: PlacedPartner | undefined, request: CaptureRequest): CaptureDecision {
  const { leadId, pairs, at } = request;
  const checked = leadId === undefined ? NOTHING : checkFields(form.fields, pairs, { day: dateOf(at), blockedDomains: forms.blockedDomains });
  const email = checked.values[form.emailField];
  const state = typeof email === 'string' ? request.stateOf(sha256Hex(email)) : 'unknown';
  const winner = winnerOf(forms.routing.table, place, partner?.place, state);
  const ordinary = winner === undefined ? form.default : (forms.targets[winner] ?? form.default);
  const isInvalid = leadId !== undefined && checked.isInvalid;
  const values = macroValues(form, partner?.partner, request, checked);
  const location = renderTarget(isInvalid ? (form.invalid ?? ordinary) : ordinary, values);
  const rule = winner === undefined ? null : (forms.routing.rules[winner]?.id ?? null);
  const decided = { rule, partner: partner?.partner.id ?? null, state, errors: checked.errors };
  const via = isNewcomer(leadId, isInvalid, state) ? partner?.partner.via : null;
  return via == null ? { location, ...decided } : { location: renderTarget(via, { ...values, next: location }), ...decided, via: true };
}

/** Only a valid lead of an unknown person goes through the redirect of a partner. */
function isNewcomer(leadId: string | undefined, isInvalid: boolean, state: KnowledgeState): boolean {
  return leadId !== undefined && !isInvalid && state === 'unknown';
}

function macroValues(form: Form, partner: Partner | undefined, { leadId, pairs, query }: CaptureRequest, { errors }: CheckedFields): MacroValues {
  const textOf = (...names: readonly string[]): string | undefined => firstText(query, names) ?? firstText(pairs, names);
  return {
    lead_id: leadId ?? '',
    partner: partner?.publicId ?? '',
    ...form.publicParts,
    click_id: textOf(...clickIdNames),
    ...Object.fromEntries(SUB_NAMES.map((name) => [name, textOf(name)])),
    error_fields: errors.map(({ field }) => field).join(','),
  };
}

/** The partner whose public id the query or a field names; unknown is none. */
function partnerOf({ partnerParam }: Form, { query, pairs }: CaptureRequest, partners: ReadonlyMap<string, PlacedPartner>): PlacedPartner | undefined {
  const id = firstText(query, [partnerParam]) ?? firstText(pairs, [partnerParam]);
  return id === undefined ? undefined : partners.get(id.trim());
}

/** The first text that is not empty of the first of these names that has one. */
function firstText(pairs: readonly FormPair[], names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = pairs.find(([other, text]) => other === name && text !== null && text.trim() !== '');
    if (typeof found?.[1] === 'string') return found[1];
  }
  return undefined;
}

function captureForm(form: Form): CaptureForm {
  const fields = new Set(form.fields.keys());
  const declared = new Set([...fields, form.partnerParam, ...(form.honeypot === null ? [] : [form.honeypot])]);
  return { id: form.id, brand: form.brand, takesGet: form.methods.includes('get'), origins: form.origins, declared, fields };
}
