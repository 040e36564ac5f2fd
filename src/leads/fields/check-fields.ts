import { codePoints } from '../../core/text/code-points.ts';
import type { ErrorCategory, FieldError } from '../decision.ts';
import type { FormPair } from '../pairs.ts';
import { kindOf, type Field } from './field.ts';
import type { FieldValue, Surroundings } from './kind.ts';

/** What a form got: what is wrong, at most one error a field in the order of the form, and the values that are right and not empty. */
export interface CheckedFields {
  readonly errors: readonly FieldError[];
  readonly values: Readonly<Record<string, FieldValue>>;
  /** True if a required field has an error, of which the e-mail is one in every form; an error elsewhere only leaves its value out. */
  readonly isInvalid: boolean;
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** Reads and judges the fields of a form (serve specification, "Fields"). */
export function checkFields(fields: ReadonlyMap<string, Field>, pairs: readonly FormPair[], surroundings: Surroundings): CheckedFields {
  const given = new Map<string, (string | null)[]>();
  for (const [name, text] of pairs) {
    const texts = given.get(name);
    if (texts === undefined) given.set(name, [text]);
    else texts.push(text);
  }
  const errors: FieldError[] = [];
  const values: Record<string, FieldValue> = {};
  let isInvalid = false;
  for (const [name, field] of fields) {
    const result = checkField(field, given.get(name) ?? [], surroundings);
    if (result === undefined) continue;
    if ('value' in result) values[name] = result.value;
    else {
      errors.push({ field: name, category: result.category });
      isInvalid ||= field.required;
    }
  }
  return { errors, values, isInvalid };
}

type Checked = { readonly value: FieldValue } | { readonly category: ErrorCategory };

/** @returns undefined for a field that is empty and may be */
function checkField(field: Field, given: readonly (string | null)[], surroundings: Surroundings): Checked | undefined {
  const kind = kindOf(field);
  const control = kind.multiline === true ? CONTROL_BUT_LINES : CONTROL;
  const trimmed: string[] = [];
  for (const text of given) {
    const value = text?.trim();
    if (value === undefined || !value.isWellFormed() || control.test(value)) return { category: 'encoding' };
    if (value !== '') trimmed.push(value.normalize('NFC'));
  }
  const texts = textsOf(field, [...new Set(trimmed)], trimmed.at(-1));
  if (texts.length > 1 && !isMany(field)) return { category: 'repeated' };
  if (texts.length === 0) return field.required ? { category: 'missing' } : undefined;
  const most = 'max' in field ? (field.max ?? kind.max) : kind.max;
  if (most !== undefined && texts.some((text) => codePoints(text) > most)) return { category: 'too_long' };
  const read: (string | number | boolean)[] = [];
  for (const text of texts) {
    const reading = kind.read(text, field, surroundings);
    if ('category' in reading) return reading;
    read.push(reading.value);
  }
  if (isMany(field)) return { value: [...new Set(read.map(String))] };
  const [value = ''] = read;
  return field.kind === 'consent' && field.required && value === false ? { category: 'missing' } : { value };
}

/** Of a consent the last value counts: browsers send a hidden 0 before a box that is ticked. */
function textsOf(field: Field, distinct: readonly string[], last: string | undefined): readonly string[] {
  return field.kind === 'consent' && last !== undefined ? [last] : distinct;
}

function isMany(field: Field): boolean {
  return field.kind === 'choice' && field.many;
}
