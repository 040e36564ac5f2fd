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
const HASH_DIGITS = 32;
/** What hub leaves of an erased person's record in the lake. */
const ERASED = '__erased';

/** Makes the values of a contract's columns out of records. */
export class RecordFields {
  readonly #origin: Origin;
  readonly #key: readonly string[];
  readonly #isOfMany: boolean;
  readonly #fields: readonly RecordField[];
  readonly #paths: JsonPaths;
  readonly #placeOf: ReadonlyMap<string, number>;

  constructor({ record }: Entity, origin: Origin) {
    const { key = [], fields = [], platform } = record ?? {};
    this.#origin = origin;
    this.#isOfMany = platform === '';
    this.#key = this.#isOfMany ? (origin.key ?? []) : key;
    this.#fields = fields;
    const paths = [...new Set([ERASED, ...this.#key, ...fields.flatMap((field) => field.paths)])];
    this.#paths = new JsonPaths(paths);
    this.#placeOf = new Map(paths.map((path, index) => [path, index]));
  }

  /** Undefined if the text is no JSON object; `erased` if it is what is left of an erased record. */
  of(text: string): RecordValues | 'erased' | undefined {
    const found = this.#paths.read(text);
    if (found === undefined) return undefined;
    const at = (path: string): string | null => found[this.#placeOf.get(path) ?? -1] ?? null;
    if (at(ERASED) === 'true') return 'erased';
    return [this.#sourceId(text, at), this.#origin.account, ...this.#fields.map((field) => this.#value(field, at, text))];
  }

  /** Null if a field of the key is missing. */
  #sourceId(text: string, at: (path: string) => string | null): string | null {
    const { account, platform, stream } = this.#origin;
    const key = this.#key.map(at);
    const whole = key.flatMap((field) => (field === null || field === '' ? [] : [field]));
    if (whole.length < key.length) return null;
    if (!this.#isOfMany) return sourceIdOf(account, whole);
    return sourceIdOf(account, [platform, stream, ...(whole.length === 0 ? [sha256Hex(text).slice(0, HASH_DIGITS)] : whole)]);
  }

  #value({ paths, form }: RecordField, at: (path: string) => string | null, text: string): string | null {
    if (form === 'record') return text;
    if (form === 'source') return this.#origin.platform;
    if (form === 'stream') return this.#origin.stream;
    for (const path of paths) {
      const value = at(path);
      if (value !== null && value !== '') return form === undefined ? value : formed(value, form);
    }
    return null;
  }
}

/** What is not of the form stays as it is: its column's parser refuses it. */
function formed(value: string, form: ValueForm): string | null {
  switch (form) {
    case 'epoch':
      return SECONDS.test(value) ? instantFromMillis(Number(value) * 1_000) : value;
    case 'email': {
      const email = value.trim().toLowerCase();
      return email === '' ? null : sha256Hex(email);
    }
    case 'host':
      return URL.canParse(value) ? new URL(value).host : null;
    case 'source':
    case 'stream':
    case 'record':
      return value;
  }
}
