import { afterWhite, decodedString, stringEnd, valueEnd, wholeValue, withoutWhite } from '../../../core/text/json-scan.ts';

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

const COMMA = 0x2c;
const KINDS: Readonly<Record<string, JsonKind>> = { '{': 'object', '[': 'array', '"': 'string', t: 'boolean', f: 'boolean', n: 'null' };

/**
 * A value in a JSON text, as it stands there. Nothing is parsed until it is asked for, and a number is its digits:
 * `JSON.parse` would make another one of `9007199254740993` and of `12.50`.
 */
export class JsonValue {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;

  private constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  /** The value of a text; undefined if the text is no JSON, or not all of it is. */
  static read(text: string): JsonValue | undefined {
    const place = wholeValue(text);
    return place && new JsonValue(text, ...place);
  }

  /** The value of a text that is one already, such as the line of another value. */
  static of(line: string): JsonValue {
    return new JsonValue(line, 0, line.length);
  }

  get kind(): JsonKind {
    return KINDS[this.#text.charAt(this.#start)] ?? 'number';
  }

  /** The text without white space between its tokens: one line, as names and strings hold no line ends. */
  get line(): string {
    return withoutWhite(this.#text, this.#start, this.#end);
  }

  /** A string as it is meant, a number as its digits, `true` or `false`; undefined for null, objects and arrays. */
  get scalar(): string | undefined {
    const { kind } = this;
    if (kind === 'number' || kind === 'boolean') return this.#text.slice(this.#start, this.#end);
    return kind === 'string' ? decodedString(this.#text.slice(this.#start, this.#end)) : undefined;
  }

  /** The value at a path of names and places in arrays, `data.orders.nodes.0`; itself for an empty one. */
  at(path: string): JsonValue | undefined {
    let value: JsonValue | undefined = this.#text === '' ? undefined : this;
    if (path === '') return value;
    for (const name of path.split('.')) {
      value = value?.kind === 'array' ? value.#item(name) : value?.member(name);
      if (value === undefined) return undefined;
    }
    return value;
  }

  /** The scalar at a path. */
  scalarAt(path: string): string | undefined {
    return this.at(path)?.scalar;
  }

  /**
   * The member of an object; undefined if there is none, or this is no object. The last one counts where a name comes twice, as for
   * JSON.parse and JsonPaths: RFC 8259 leaves it open, and what the lake was written by must be what it is read by.
   */
  member(name: string): JsonValue | undefined {
    let found: JsonValue | undefined;
    for (const [other, value] of this.members()) if (other === name) found = value;
    return found;
  }

  /** The members of an object in their order; none of anything else. */
  *members(): Generator<readonly [string, JsonValue]> {
    if (this.kind !== 'object') return;
    for (let at = afterWhite(this.#text, this.#start + 1); at < this.#end - 1; ) {
      const nameEnd = stringEnd(this.#text, at);
      const start = afterWhite(this.#text, afterWhite(this.#text, nameEnd) + 1);
      const end = valueEnd(this.#text, start);
      yield [decodedString(this.#text.slice(at, nameEnd)), new JsonValue(this.#text, start, end)];
      at = this.#afterComma(end);
    }
  }

  /** The items of an array in their order; none of anything else. */
  *items(): Generator<JsonValue> {
    if (this.kind !== 'array') return;
    for (let start = afterWhite(this.#text, this.#start + 1); start < this.#end - 1; ) {
      const end = valueEnd(this.#text, start);
      yield new JsonValue(this.#text, start, end);
      start = this.#afterComma(end);
    }
  }

  #item(place: string): JsonValue | undefined {
    let index = Number(place);
    for (const item of this.items()) if (index-- === 0) return item;
    return undefined;
  }

  #afterComma(end: number): number {
    const next = afterWhite(this.#text, end);
    return this.#text.charCodeAt(next) === COMMA ? afterWhite(this.#text, next + 1) : next;
  }
}
