import type { z } from 'zod';

import type { LocalDate } from '../../core/time.ts';
import type { ErrorCategory } from '../decision.ts';

/** What a value of a field becomes; of a choice of many the list of what was chosen. */
export type FieldValue = string | number | boolean | readonly string[];

/** What a value is judged by besides its field. */
export interface Surroundings {
  /** The UTC day of receipt: ages are counted to it. */
  readonly day: LocalDate;
  /** Domains in lower case whose addresses, and those below, are refused. */
  readonly blockedDomains: ReadonlySet<string>;
}

/** A text as the value that is stored, or what is wrong with it. */
export type Reading = { readonly value: string | number | boolean } | { readonly category: ErrorCategory };

/** How texts of one kind of field are read. */
export interface FieldKind<Schema extends z.ZodObject> {
  /** What a form says of such a field. */
  readonly schema: Schema;
  /** The most code points of a value where the field itself says nothing; undefined where the form of the value bounds it. */
  readonly max: number | undefined;
  /** True: a value may hold tabs and line breaks. */
  readonly multiline?: boolean;
  /** Reads one text, which is trimmed, in NFC and not empty. */
  read(text: string, field: z.output<Schema>, surroundings: Surroundings): Reading;
}

/** Declares a kind: its schema gives the field its type. */
export function fieldKind<Schema extends z.ZodObject>(kind: FieldKind<Schema>): FieldKind<Schema> {
  return kind;
}

export const MALFORMED: Reading = { category: 'malformed' };
export const OUT_OF_RANGE: Reading = { category: 'out_of_range' };
