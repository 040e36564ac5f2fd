import type { Column } from '../../../src/sources/contract/contract.ts';

/** A damaged row: what the reader sees of it, and the row that a repair may store. */
export interface Damage {
  readonly fields: readonly (string | null)[];
  readonly raw?: string;
  /** The healthy row, with null where the damage has destroyed the value. */
  readonly truth: readonly (string | null)[];
}

/** A way to damage a healthy row; undefined if the row has nothing to damage in that way. `pick` chooses the place. */
export type Fault = (columns: readonly Column[], row: readonly string[], pick: number) => Damage | undefined;

/** The faults that the specification names, but for broken lines and repeated headers. */
export const faults: Record<string, Fault> = {
  'delimiter in a value': (columns, row, pick) => {
    const at = choose(row, pick, (value, index) => columns[index]?.kind === 'text' && value.includes(','));
    return at === undefined ? undefined : { fields: cutAt(row, at), truth: nulled(row) };
  },
  'dropped empty field': (_columns, row, pick) => {
    const at = choose(row, pick, (value) => value === '');
    return at === undefined ? undefined : { fields: row.toSpliced(at, 1), truth: nulled(row) };
  },
  'delimiter, table width': (columns, row, pick) => {
    const damage = faults['delimiter in a value']?.(columns, row, pick);
    if (!damage) return undefined;
    const lost = damage.fields.length - row.length;
    return {
      fields: damage.fields.slice(0, row.length),
      truth: damage.truth.map((value, at) => (at < row.length - lost ? value : null)),
    };
  },
  'dropped field, table width': (columns, row, pick) => {
    const damage = faults['dropped empty field']?.(columns, row, pick);
    return damage && { fields: [...damage.fields, null], truth: damage.truth };
  },
  // A quote that opens and never closes: the reader cuts such a line at every delimiter. Where that gives as many
  // fields as there are columns, nothing was swallowed: the quote is a character of its value.
  'stray quote in a file': (columns, row, pick) => {
    const at = choose(row, pick, (value, index) => columns[index]?.kind === 'text' && value !== '' && !value.includes('"'));
    if (at === undefined) return undefined;
    const raw = row.map((value, index) => (index === at ? '"' : '') + written(value)).join(',');
    const fields = raw.split(',');
    return fields.length === row.length ? undefined : { fields, raw, truth: nulled(row) };
  },
  'two stray quotes in a file': (columns, row, pick) => {
    const at = choose(row, pick, (value, index) => columns[index]?.kind === 'text' && value !== '' && index < row.length - 1);
    return at === undefined ? undefined : { fields: swallowed(row, at), truth: nulled(row) };
  },
  'stray quotes, table width': (columns, row, pick) => {
    const damage = faults['two stray quotes in a file']?.(columns, row, pick);
    return damage && { fields: [...damage.fields, null], truth: damage.truth };
  },
};

/** Empty texts as null. */
export function nulled(row: readonly (string | null)[]): (string | null)[] {
  return row.map((value) => (value === '' ? null : value));
}

/** A field as a careful writer writes it. */
export function written(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function cutAt(row: readonly string[], at: number): string[] {
  return row.flatMap((value, index) => (index === at ? value.split(',') : [value]));
}

function swallowed(row: readonly string[], at: number): string[] {
  return [...row.slice(0, at), row.slice(at, at + 2).join(','), ...row.slice(at + 2)];
}

function choose(row: readonly string[], pick: number, fits: (value: string, at: number) => boolean): number | undefined {
  const places = row.flatMap((value, at) => (fits(value, at) ? [at] : []));
  return places[pick % places.length];
}
