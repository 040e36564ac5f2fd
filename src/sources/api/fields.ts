import type { JsonKind } from './json/json.ts';
import type { MoneyUnit } from './money.ts';

/**
 * What a value is: as billing's kinds, and `epoch`, seconds since 1970; `json` is kept as its text. JSON numbers and
 * strings both parse; null, absent and the empty text are null.
 */
export type FieldKind = 'text' | 'integer' | 'decimal' | 'boolean' | 'instant' | 'epoch' | 'date' | 'json';

/** A field of a stream's records that hub reads. What no field names stays in the lake. */
export interface Field {
  /** Dotted: `data.object.id`. */
  readonly path: string;
  readonly kind: FieldKind;
  /** A record without it is quarantined; if it is missing in all of a batch, the batch is. */
  readonly required?: true;
  /** Personal, and needed to join. */
  readonly personal?: 'email' | 'country';
  /** The field whose greater value is the newer record. */
  readonly version?: true;
  /** An amount, in which unit; its currency is at `currency`. */
  readonly money?: MoneyUnit;
  readonly currency?: string;
}

const FORMS: Readonly<Record<FieldKind, readonly JsonKind[]>> = {
  text: ['string', 'number'],
  integer: ['number', 'string'],
  decimal: ['number', 'string'],
  boolean: ['boolean', 'string'],
  instant: ['string'],
  epoch: ['number', 'string'],
  date: ['string'],
  json: ['object', 'array', 'string', 'number', 'boolean'],
};

/** Whether a value of this form can be of the kind: objects where a text was expected cannot. */
export function canBe(kind: FieldKind, form: JsonKind): boolean {
  return form === 'null' || FORMS[kind].includes(form);
}
