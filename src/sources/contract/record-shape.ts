/**
 * How a value of a record becomes the text that its column parses: `epoch`: seconds since 1970 as an instant; `compact_date`: a
 * date without its dashes, `20261130`; `email`: an
 * address, of which only the SHA-256 is stored; `host`: of an address of the web only its host; `float`: a floating number, rounded
 * half-even to the nine places that a decimal has; `source`, `stream` and `record`: where the record is from, and all of it.
 */
export type ValueForm = 'epoch' | 'compact_date' | 'email' | 'host' | 'float' | 'source' | 'stream' | 'record';

/** Where the value of a column stands in a record: the first of the dotted paths that has one. */
export interface RecordField {
  readonly paths: readonly string[];
  readonly form?: ValueForm;
}

/** What the records of a platform's stream look like. */
export interface RecordShape {
  readonly platform: string;
  readonly stream: string;
  /** Paths of the fields that make the key; none: the source names them with each batch (Singer). */
  readonly key: readonly string[];
  /** For each column behind the key and the account. */
  readonly fields: readonly RecordField[];
}
