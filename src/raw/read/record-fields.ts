import { roundedDecimal } from '../../core/decimal.ts';
import { sha256Hex } from '../../core/hash.ts';
import { JsonPaths } from '../../core/text/json-paths.ts';
import { instantFromMillis } from '../../core/time.ts';
import type { LakePart } from '../../lake/port/lake.ts';
import type { Entity } from '../../sources/contract/contract.ts';
import type { RecordField, ValueForm } from '../../sources/contract/record-shape.ts';
import { sourceIdOf } from '../../sources/contract/source-id.ts';

/** Where records are from. */
type Origin = NonNullable<LakePart['records']>;

/** The values of a record in the order of the contract's columns, as texts. */
export type RecordValues = (string | null)[];

const SECONDS = /^\d{1,11}$/;
const COMPACT_DATE = /^(\d{4})(\d{2})(\d{2})$/;
const HASH_DIGITS = 32;
/** What hub leaves of an erased person's record in the lake. */
const ERASED = '__erased';

/** A value of the contract, with the positions of its paths among those that are read. */
interface Field {
  readonly places: readonly number[];
  readonly form: ValueForm | undefined;
}

/** Makes the values of a contract's columns out of records. */
export class RecordFields {
  readonly #origin: Origin;
  readonly #isOfMany: boolean;
  readonly #paths: JsonPaths;
  readonly #erased: number;
  readonly #key: readonly number[];
  readonly #fields: readonly Field[];

  constructor({ record }: Entity, origin: Origin) {
    const { key: ownKey = [], fields = [], platform } = record ?? {};
    this.#origin = origin;
    this.#isOfMany = platform === '';
    const key = this.#isOfMany ? (origin.key ?? []) : ownKey;
    const paths = [...new Set([ERASED, ...key, ...fields.flatMap((field) => field.paths)])];
    this.#paths = new JsonPaths(paths);
    const placesOf = (wanted: readonly string[]): number[] => wanted.map((path) => paths.indexOf(path));
    this.#erased = paths.indexOf(ERASED);
    this.#key = placesOf(key);
    this.#fields = fields.map((field: RecordField) => ({ places: placesOf(field.paths), form: field.form }));
  }

  /** Undefined if the text is no JSON object; `erased` if it is what is left of an erased record. */
  of(text: string): RecordValues | 'erased' | undefined {
    const found = this.#paths.read(text);
    if (found === undefined) return undefined;
    if (found[this.#erased] === 'true') return 'erased';
    const values: RecordValues = [this.#sourceId(text, found), this.#origin.account];
    for (const field of this.#fields) values.push(this.#value(field, found, text));
    return values;
  }

  /** Null if a field of the key is missing. */
  #sourceId(text: string, found: readonly (string | null)[]): string | null {
    const { account, platform, stream } = this.#origin;
    const whole: string[] = [];
    for (const place of this.#key) {
      const field = found[place] ?? '';
      if (field === '') return null;
      whole.push(field);
    }
    if (!this.#isOfMany) return sourceIdOf(account, whole);
    return sourceIdOf(account, [platform, stream, ...(whole.length === 0 ? [sha256Hex(text).slice(0, HASH_DIGITS)] : whole)]);
  }

  #value({ places, form }: Field, found: readonly (string | null)[], text: string): string | null {
    if (form === 'record') return text;
    if (form === 'source') return this.#origin.platform;
    if (form === 'stream') return this.#origin.stream;
    for (const place of places) {
      const value = found[place] ?? '';
      if (value !== '') return form === undefined ? value : formed(value, form);
    }
    return null;
  }
}

/** What is not of the form stays as it is: its column's parser refuses it. */
function formed(value: string, form: ValueForm): string | null {
  switch (form) {
    case 'epoch':
      return SECONDS.test(value) ? instantFromMillis(Number(value) * 1_000) : value;
    case 'compact_date':
      return value.replace(COMPACT_DATE, '$1-$2-$3');
    case 'email': {
      const email = value.trim().toLowerCase();
      return email === '' ? null : sha256Hex(email);
    }
    case 'float':
      return roundedDecimal(value) ?? value;
    case 'host':
      return URL.canParse(value) ? new URL(value).host : null;
    case 'source':
    case 'stream':
    case 'record':
      return value;
  }
}
