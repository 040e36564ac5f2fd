import type { CsvForm } from '../../lake/text/csv-form.ts';
import type { Kind } from '../../sources/contract/contract.ts';
import { compileDatePattern } from './date-pattern.ts';
import { dayReader, instantReader } from './dates.ts';
import { numberReader, type NumberForm } from './numbers.ts';
import { asWritten, type ValueReader } from './value-reader.ts';

/** How values are written. What is left out is as hub's own exports have it. */
export interface ValueForm {
  readonly decimal?: NumberForm['decimal'] | undefined;
  readonly thousands?: NumberForm['thousands'] | undefined;
  readonly dates?: readonly string[] | undefined;
  readonly epoch?: 'seconds' | 'milliseconds' | undefined;
  readonly zone?: string | undefined;
  readonly nulls?: readonly string[] | undefined;
}

/** How files are written, with the defaults of what is left out. */
export interface FileForm {
  readonly kind: 'csv' | 'ndjson';
  readonly csv: CsvForm;
  readonly backslashes: boolean;
  readonly encoding: string;
  readonly header: readonly string[] | undefined;
  readonly skip: number;
  readonly skipEnd: number;
}

/** What a configuration may say of files. */
export interface FileFormEntry {
  readonly kind?: FileForm['kind'] | undefined;
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly escape?: 'double' | 'backslash' | undefined;
  readonly encoding?: string | undefined;
  readonly header?: readonly string[] | undefined;
  readonly skip?: number | undefined;
  readonly skip_end?: number | undefined;
}

/** The form of files, with the defaults. */
export function fileFormOf({ kind = 'csv', delimiter = ',', quote = '"', escape = 'double', encoding = 'utf-8', header, skip = 0, skip_end: skipEnd = 0 }: FileFormEntry): FileForm {
  return { kind, csv: { delimiter, quote }, backslashes: escape === 'backslash', encoding, header, skip, skipEnd };
}

/** The reader of values of a kind. */
export function readerOf(kind: Kind, { decimal = 'point', thousands = '', dates = [], epoch, zone = 'UTC' }: ValueForm): ValueReader {
  const patterns = dates.map(compileDatePattern).filter((pattern) => typeof pattern !== 'string');
  switch (kind) {
    case 'decimal':
    case 'integer':
      return numberReader({ decimal, thousands });
    case 'date':
      return dayReader({ patterns, epoch, zone });
    case 'instant':
      return instantReader({ patterns, epoch, zone });
    case 'id':
    case 'text':
    case 'boolean':
    case 'currency':
    case 'enum':
      return asWritten;
  }
}
