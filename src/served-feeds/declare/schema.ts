import { z } from 'zod';

import { measureFunctions } from './column-types.ts';

/** Words of a query that are no names of columns. */
export const queryWords = ['select', 'sort', 'limit', 'group', 'measures', 'period', 'cursor', 'key', 'bom', 'delimiter', 'decimal'] as const;

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const NAME_FORM = 'must be 1 to 63 lower-case letters, digits and _, a letter first, and no word that queries or XML use themselves';
const FEED_NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const RESERVED: readonly string[] = queryWords;

/** What is wrong with the name of a column or a measure; undefined: nothing. */
export function nameFault(text: string): string | undefined {
  return NAME.test(text) && !RESERVED.includes(text) && !text.startsWith('xml') ? undefined : NAME_FORM;
}

const name = z.string().refine((text) => nameFault(text) === undefined, NAME_FORM);
const names = z.array(z.string());
const sortName = z.string().regex(/^-?[a-z][a-z0-9_]*$/, 'must be a column of the feed, with - before it for downwards');

const measure = z.discriminatedUnion('fn', [
  z.strictObject({ fn: z.literal('count') }),
  ...measureFunctions.filter((fn) => fn !== 'count').map((fn) => z.strictObject({ fn: z.literal(fn), of: z.string() })),
], `must be {fn: ${measureFunctions.join(' | ')}, of: <column>}; a count is of nothing`);

/** A feed as config/feeds.yaml declares it. */
export const feedSchema = z.strictObject({
  table: z.string(),
  /** Name in the feed → column of the table; a list where both are the same. */
  columns: z.union([names.min(1), z.record(z.string(), z.string())], 'must be a list of columns, or a map of names to columns'),
  filters: names.default([]),
  date: z.string().optional(),
  currency: z.string().optional(),
  group: names.default([]),
  measures: z.record(name, measure).default({}),
  sort: z.array(sortName).default([]),
  key: z.union([z.string(), names.min(1)], 'must be a column of the feed, or a list of them'),
  max_rows: z.number().int().min(1).max(100_000_000).default(1_000_000),
  hashes: z.boolean().default(false),
});
export type FeedSpec = z.infer<typeof feedSchema>;

export const feedsFileSchema = z.strictObject({
  feeds: z.record(z.string().regex(FEED_NAME, 'is no name of a feed: 1 to 32 lower-case letters, digits, - and _'), z.unknown()).nullish(),
});
