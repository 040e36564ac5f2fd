import { column, type Column, type ColumnSpec, type Entity } from './contract.ts';
import { first, newest, restated, type Keeping } from './keeping.ts';
import type { ValueForm } from './record-shape.ts';

/**
 * What becomes of records (sources specification, "hub import-sources"). A snapshot states all of an account; `replace` states days
 * of it, by its column `date`.
 */
export type Disposition = 'versioned' | 'event' | 'snapshot' | 'replace';

/** A column of a stream's table, with where its value stands; the path is the name that quarantine shows. */
export type FieldSpec = ColumnSpec & { readonly at: string | readonly string[]; readonly form?: ValueForm };

interface StreamSpec {
  readonly platform: string;
  readonly stream: string;
  readonly description: string;
  readonly disposition: Disposition;
  readonly key?: readonly string[];
  readonly fields: Readonly<Record<string, FieldSpec>>;
  /** Columns that get an index, each with the brand. */
  readonly indexes?: readonly string[];
  /** Columns (table names) that name the record whose facts a row is; default: the row itself. */
  readonly owners?: readonly string[];
}

const KEEPINGS: Readonly<Record<Disposition, Keeping>> = { versioned: newest, event: first, snapshot: restated({ account: ['account'] }), replace: restated({ account: ['account'], day: 'date' }) };
const MOST_KEY = 64;

/** Of records without a version: the later batch wins. */
const UNVERSIONED: FieldSpec = { ...column('instant', { note: 'Empty: the platform tells no version, so the later batch wins.' }), at: [] };

/** Builds the contract of a platform's stream: its table is `raw_<platform>_<stream>`, key (brand, source_id), with the account. */
export function sourceStream({ platform, stream, description, disposition, key = ['id'], fields, indexes = [], owners = ['source_id'] }: StreamSpec): Entity {
  const own = Object.entries(disposition === 'versioned' && !Object.hasOwn(fields, 'updated_date') ? { ...fields, updated_date: UNVERSIONED } : fields).map(([sql, { at, form, ...spec }]) => {
    const paths = [at].flat();
    return { column: { name: paths[0] ?? sql, sql, ...spec } satisfies Column, field: { paths, ...(form === undefined ? {} : { form }) } };
  });
  const keeping = KEEPINGS[disposition];
  return {
    name: `${platform}_${stream}`,
    feed: 'sources',
    keeping,
    table: `raw_${platform}_${stream}`,
    description,
    columns: [
      { name: key.join(', '), sql: 'source_id', ...column('id', { required: true, foreign: MOST_KEY, note: 'Account and key of the platform joined by a slash, or a hash of them.' }) },
      { name: 'account', sql: 'account', ...column('id', { required: true, foreign: MOST_KEY, note: 'The account as hub.config.yaml declares it.' }) },
      ...own.map((each) => each.column),
    ],
    derived: keeping.slice === undefined ? [] : [{ name: 'slice_id', sql: 'slice_id', ...column('id', { note: `The account${disposition === 'replace' ? ' and day' : ''} that a batch states whole (source_days).` }) }],
    indexes: [...(keeping.slice === undefined ? [] : [['brand', 'slice_id']]), ...indexes.map((name) => ['brand', name])],
    owners,
    record: { platform, stream, key, fields: own.map((each) => each.field) },
  };
}

/**
 * The contract of `<stream>_keys`: what a sweep lists, the key of every record of a stream and no more of it. The rows have the
 * same `source_id` as those of the stream.
 */
export function streamKeys(stream: Entity): Entity {
  const { platform = '', stream: name = '', key = [] } = stream.record ?? {};
  const description = `The keys of all records of ${stream.name}, swept weekly. A batch states all of an account; a record that it leaves out is deleted.`;
  return { ...sourceStream({ platform, stream: `${name}_keys`, description, disposition: 'snapshot', key, fields: {} }), sweeps: stream };
}

type More = Partial<Pick<Column, 'required' | 'personal' | 'note' | 'shape' | 'most'>>;
type At = string | readonly string[];

/** An id of the platform. @param references the entity that it points to, as `raw_changes` names it */
export const platformId = (at: At, more: More & { readonly references?: string } = {}): FieldSpec => ({ ...column('id', { foreign: MOST_KEY, ...more }), at });
/** A text that may be of any form. */
export const textAt = (at: At, more: More = {}): FieldSpec => ({ ...column('text', more), at });
/** A whole number, as of a minor unit of the platform. */
export const integerAt = (at: At, more: More = {}): FieldSpec => ({ ...column('integer', more), at });
/** An amount in major units; every digit stays. */
export const decimalAt = (at: At, more: More = {}): FieldSpec => ({ ...column('decimal', more), at });
/** A calendar date. */
export const dateAt = (at: At, more: More = {}): FieldSpec => ({ ...column('date', more), at });
/** true or false. */
export const booleanAt = (at: At, more: More = {}): FieldSpec => ({ ...column('boolean', more), at });
/** An ISO 4217 code in any case. */
export const currencyAt = (at: At, more: More = {}): FieldSpec => ({ ...column('currency', more), at });
/** An instant as text. */
export const instantAt = (at: At, more: More = {}): FieldSpec => ({ ...column('instant', more), at });
/** An instant as seconds since 1970. */
export const epochAt = (at: At, more: More = {}): FieldSpec => ({ ...column('instant', more), at, form: 'epoch' });
/** An address, of which the table has the SHA-256 (trimmed, in lower case). */
export const emailAt = (at: At): FieldSpec => ({ ...column('id', { foreign: MOST_KEY, note: 'SHA-256 of the address, trimmed and in lower case; its first 32 digits are the person id.' }), at, form: 'email' });
/** The host of an address of the web. */
export const hostAt = (at: At): FieldSpec => ({ ...column('text'), at, form: 'host' });
