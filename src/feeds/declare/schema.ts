import { z } from 'zod';

import { CURRENCIES } from '../../core/iso/currencies.ts';
import { parseDuration } from '../../core/time.ts';
import { isZone } from '../../core/zone.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import { compileDatePattern } from '../format/date-pattern.ts';
import { isEncoding, KNOWN_ENCODINGS } from '../format/encodings.ts';
import { parseTemplate } from '../layout/template.ts';
import { profiles } from '../profiles/index.ts';

/** A text that a function finds a fault in, told as the end of a sentence. */
const checked = (faultOf: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

const where = checked((text) => faultIn(parseTemplate(text)));
const pattern = checked((text) => faultIn(compileDatePattern(text)));
const encoding = checked((label) => (isEncoding(label) ? undefined : `is no encoding that hub can read. ${useOneOf(label.toLowerCase(), KNOWN_ENCODINGS)}`));
const zone = z.string().refine(isZone, 'must be a time zone, such as Europe/Zurich');
/** What splits a line stands in one byte, and is none of the signs that end one. */
const sign = z.string().regex(/^[\t -~\u0001-\u0008]$/, 'must be one character of ASCII, such as ";" or "\\t"');

/** How values are written; a column may differ from its feed. */
const values = {
  decimal: z.enum(['point', 'comma']).optional(),
  thousands: z.enum(['', '.', ',', ' ', "'"], 'must be one of "", ".", ",", " " and "\'"').optional(),
  /** Patterns of days and instants, tried in their order before hub's own forms. */
  dates: z.array(pattern).min(1).optional(),
  epoch: z.enum(['seconds', 'milliseconds']).optional(),
  zone: zone.optional(),
  /** Words that stand for nothing at all. */
  nulls: z.array(z.string()).optional(),
};

/** How files are written. Everything has a default: hub's own form. */
export const formatSchema = z
  .strictObject({
    kind: z.enum(['csv', 'ndjson']).optional(),
    delimiter: sign.optional(),
    quote: z.union([sign, z.literal('')]).optional(),
    escape: z.enum(['double', 'backslash']).optional(),
    encoding: encoding.optional(),
    /** The names of the columns, where the files have no line with them. */
    header: z.array(z.string().min(1)).min(1).optional(),
    /** Lines before the header, and records at the end, that are no data. */
    skip: z.int().min(0).max(1_000).optional(),
    skip_end: z.int().min(0).max(100).optional(),
    ...values,
  })
  .refine(({ decimal = 'point', thousands = '' }) => thousands !== (decimal === 'comma' ? ',' : '.'), { path: ['thousands'], message: 'is the sign that stands before the places' })
  .refine(({ delimiter = ',', quote = '"' }) => delimiter !== quote, { path: ['quote'], message: 'is the delimiter' });

const header = z.string().min(1);

/** Where the value of a column comes from: its header, or more about it. */
const columnSchema = z.preprocess(
  (entry) => (typeof entry === 'string' ? { from: entry } : offIfFalse(entry)),
  z
    .strictObject({
      /** True, as is a column that is `false`: not as the profile has it. */
      off: z.boolean().optional(),
      from: z.union([header, z.array(header).min(2)]).optional(),
      /** Between the values of several headers. */
      with: z.string().max(10).optional(),
      /** The same in every row. */
      value: z.string().optional(),
      /** What stands for what; a value that is not named stays. */
      values: z.record(z.string(), z.string()).optional(),
      sign: z.enum(['negate', 'absolute']).optional(),
      /** Amounts in the minor unit of the currency: cents. */
      unit: z.enum(['major', 'minor']).optional(),
      /** Of minor units: the currency of all rows, where the feed has no Currency. */
      currency: z.string().refine((code) => CURRENCIES.has(code), 'must be an ISO 4217 code such as EUR').optional(),
      /** Of minor units: the header with the currency, where it is not that of Currency. */
      currency_from: header.optional(),
      /** True: files may lack the header. */
      optional: z.boolean().optional(),
      ...values,
    })
    .refine(({ from, value, off }) => off === true || (from === undefined) !== (value === undefined), 'needs either from, a header, or value, which is the same in every row'),
);

/** Values by header: one, or any of several. Without case. */
const rowValues = z.record(header, z.union([z.string(), z.array(z.string()).min(1)]));

/** How often a batch comes, in milliseconds: what is due is late. */
const expected = z.strictObject({ every: z.string().refine((text) => (parseDuration(text) ?? 0) > 0, 'must be a number with a unit, such as 24h').transform((text) => parseDuration(text) ?? 0) });

/** How a feed is kept: its batches have what changed, or every record. */
const keep = z.enum(['increments', 'snapshot'], 'must be increments or snapshot');

/** A stream that says nothing of itself, `invoice:`, has no value in YAML. */
export const streamSchema = z.preprocess(
  (entry) => offIfFalse(entry) ?? {},
  z.strictObject({
    /** True, as is a stream that is `false`: not this one of the profile. */
    off: z.boolean().optional(),
    /** What stands for {entity} in the path. */
    file: z.string().min(1).optional(),
    where: where.optional(),
    format: formatSchema.optional(),
    keep: keep.optional(),
    expect: expected.optional(),
    /** Records that are rows of this stream, where a file holds those of several: all of these values, none of those. */
    only: rowValues.optional(),
    except: rowValues.optional(),
    /** Of lines of JSON: a list, each element of which is a row. */
    each: z.string().min(1).optional(),
    columns: z.record(z.string(), columnSchema).default({}),
    /** Headers of unknown columns whose values are not kept in `extra`; a name may end with *. */
    without: z.array(z.string().min(1)).default([]),
  }),
);

/** An entry of `feeds` in hub.config.yaml: the streams of a brand that lie in the lake in a form of their own. */
export const feedSchema = z
  .strictObject({
    brand: z.string().min(1),
    /** What the streams are built on. */
    profile: z.string().refine((name) => profiles.has(name), { error: ({ input }) => `is no profile. ${useOneOf(String(input), [...profiles.keys()])}` }).optional(),
    /** What stands for {brand} in the path; the brand's id by default. */
    named: z.string().min(1).optional(),
    where: where.optional(),
    format: formatSchema.prefault({}),
    keep: keep.optional(),
    expect: expected.optional(),
    /** Beside those of the profile, or instead of what it says of them. */
    streams: z.record(z.string(), streamSchema).default({}),
  })
  .refine(({ profile, streams }) => profile !== undefined || Object.keys(streams).length > 0, { path: ['streams'], message: 'must name a stream, or the entry a profile' });

export type FeedEntry = z.infer<typeof feedSchema>;
export type StreamEntry = z.infer<typeof streamSchema>;
export type FormatEntry = z.infer<typeof formatSchema>;
export type ColumnEntry = z.infer<typeof columnSchema>;

function offIfFalse(entry: unknown): unknown {
  return entry === false ? { off: true } : entry;
}

function faultIn(result: object | string): string | undefined {
  return typeof result === 'string' ? result : undefined;
}
