import type { Keeping } from './keeping.ts';
import type { RecordShape } from './record-shape.ts';

/**
 * The declarative contract of a source entity. The parser, the table, the shift repair and the data dictionary
 * all follow from it: adding an entity is one file in the folder of its source and one line in `sources/index.ts`.
 * Source of the kinds and of every entity: the billing specification, "Field kinds" and "Entities".
 */
/** How a field is parsed; see kinds.ts. `id`, `text` and `enum` are soft, the others strict. */
export type Kind = 'id' | 'text' | 'date' | 'instant' | 'decimal' | 'integer' | 'boolean' | 'currency' | 'enum';

/**
 * What a text usually looks like. A shape never rejects a value; it only tells the shift repair which of several
 * alignments fits best (shapes.ts holds the patterns).
 */
export type Shape =
  | 'id'
  | 'reference'
  | 'email'
  | 'phone'
  | 'country'
  | 'postal_code'
  | 'card_mask'
  | 'sku'
  | 'person_name'
  | 'place'
  | 'word'
  | 'url'
  | 'ip_address';

/** One field of an entity, as the exporter names it and as the table names it. */
export interface Column {
  /** The header of the export: `AccountId`. Matched without case and separators. */
  readonly name: string;
  /** Other headers that it may have; an entity's name before a header is no part of it (header.ts). */
  readonly aliases?: readonly string[];
  /** The column of the raw table: `account_id`. */
  readonly sql: string;
  readonly kind: Kind;
  /** True: a batch without this header is refused, and a row without a value is rejected (unless deleted). */
  readonly required: boolean;
  /** The entity that an id points to. */
  readonly references?: string;
  /** The values of an enum in their canonical spelling; another value is kept and counted as drift. */
  readonly values?: readonly string[];
  readonly shape?: Shape;
  /** Of an id that another system makes: up to so many characters, and no shape of it is usual. */
  readonly foreign?: number;
  /** Of an id: words that elsewhere stand for no id and are ids here. */
  readonly ownWords?: readonly string[];
  /** Of a decimal: it is no further from 0 than this. */
  readonly most?: number;
  /** Of a text: it may be as long as a whole record. */
  readonly long?: true;
  /** True: holds personal data; never shown in logs, reports or errors. */
  readonly personal: boolean;
  /** True: free texts stand side by side here, and nothing tells where one ends if it took in a delimiter: no repair moves that. */
  readonly borderless?: true;
  /** True: part of a made key, without which there is no row, not even one of a deletion. */
  readonly key?: true;
  /** One sentence for the data dictionary, where the name does not say it. */
  readonly note?: string;
  /** How a value is written in a file of another form: it becomes the text that the kind parses. */
  readonly reads?: (text: string) => string;
  /** False: never stored as it comes; what is derived from it is (an address, of which only hashes are). */
  readonly stored?: false;
}

/** The systems that files of the lake come from. */
export type SourceName = 'billing' | 'email' | 'ads' | 'inventory' | 'sources';

/** A source entity with its raw table. */
export interface Entity {
  /** `subscription`, `open`; the folder of the lake and the word of `--entity`. */
  readonly name: string;
  /** The system that it comes from: a folder of the lake, and a part of the key of the history. */
  readonly feed: SourceName;
  /** Which of several rows with one key the table has. */
  readonly keeping: Keeping;
  /** `raw_subscriptions`. */
  readonly table: string;
  readonly description: string;
  /** All columns in the order of the export, the key first. */
  readonly columns: readonly Column[];
  /**
   * Columns (table names) of which the key is made, if the export has no column for it: `source_id` is then the first 32 hex
   * digits of the SHA-256 of their canonical values, joined by tabs (metrics specification, "Feeds `ads` and `inventory`").
   */
  readonly keyOf?: readonly string[];
  /** Columns of the table that the export does not have, made from the others; they stand behind them. */
  readonly derived: readonly Column[];
  /** Column groups (table names) that get a secondary index, beside the key (brand, source_id). */
  readonly indexes: readonly (readonly string[])[];
  /**
   * Columns (table names) that name the record whose facts a row is, the best first; `source_id` is the row itself. None: it
   * is no record's.
   */
  readonly owners: readonly string[];
  /**
   * Given if a batch of it lists the keys of all records of another stream (sources specification, "deletions": `sweep`): a
   * record that the list no longer has is deleted.
   */
  readonly sweeps?: Entity;
  /** Given if its rows are JSON records that a platform answered. */
  readonly record?: RecordShape;
  /** Given if a row names the person whom it concerns by itself, and belongs to no account. */
  readonly recipient?: Recipient;
}

/** Where the rows of an entity tell of the recipient of a message; all by names of the table. */
export interface Recipient {
  /** Columns that tell who or where somebody is. */
  readonly identifying: readonly string[];
  /** Columns of free text in which an address may stand; only its hash is stored. */
  readonly texts: readonly string[];
  /** True: the recipient objects to further messages. Such a row must name somebody, and what it says outlives an erasure of others. */
  readonly objects: boolean;
}

/** A column without its names: those follow from the header. */
export type ColumnSpec = Omit<Column, 'name' | 'sql'>;
type Options = Partial<Pick<Column, 'required' | 'shape' | 'personal' | 'note' | 'stored' | 'foreign' | 'ownWords' | 'borderless' | 'long' | 'most'>>;

/** Of a larger amount no whole micros can be made: 2^53 - 1 of them are the most that a number holds. */
export const MOST_IN_MICROS = 9_007_199_254;

/** A column of a kind; optional and not personal if nothing else is said. */
export const column = (kind: Kind, options: Options & Pick<Column, 'references' | 'values'> = {}): ColumnSpec => ({
  kind,
  required: false,
  personal: false,
  ...options,
});

/** A reference to another entity: 32 lower-case hex by custom, other shapes are accepted and counted. */
export const id = (references: string, options: Options = {}): ColumnSpec => column('id', { references, ...options });
/** Free text: anything is valid, only the empty string is null. */
export const text = (options: Options = {}): ColumnSpec => column('text', options);
/** A calendar date. */
export const date = (options: Options = {}): ColumnSpec => column('date', options);
/** A UTC instant with microseconds. */
export const instant = (options: Options = {}): ColumnSpec => column('instant', options);
/** An exact decimal with up to 9 places, in major units as the exporter writes it. */
export const decimal = (options: Options = {}): ColumnSpec => column('decimal', options);
/** A whole number. */
export const integer = (options: Options = {}): ColumnSpec => column('integer', options);
/** true or false in any of the spellings of the exporter. */
export const boolean = (options: Options = {}): ColumnSpec => column('boolean', options);
/** An ISO 4217 code. */
export const currency = (options: Options = {}): ColumnSpec => column('currency', options);
/** One of the listed values; `Cancelled` and `Canceled` are the same. */
export const enumeration = (values: readonly string[], options: Options = {}): ColumnSpec =>
  column('enum', { values, ...options });

/** Marks a column as required. */
export const required = { required: true } as const;
/** Marks a column as personal data. */
export const personal = { personal: true } as const;

/** `ProductRatePlanId` → `product_rate_plan_id`, `OrderReference__c` → `order_reference__c`, `MRR` → `mrr`. */
export function snakeCase(header: string): string {
  return header
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** A header without case and separators: `Account.Id`, `account_id` and `AccountId` are the same. */
export function normaliseHeader(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
