import { z } from 'zod';

import { parseBatchId, type BatchId } from '../../core/time.ts';
import type { BatchPlace } from './place.ts';

/** The name under which a batch comes into being: readers look at nothing else. */
export const BATCH_MANIFEST = '_manifest.json';

const count = z.number().int().nonnegative();
const counts = z.record(z.string(), count);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

/** A file of the batch: its bytes and their SHA-256 are those of the gzip file. */
const part = z.strictObject({ name: z.string().regex(/^part-[\w-]+\.ndjson\.gz$/), records: count, bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const schema = z.strictObject({
  format: z.literal(1),
  platform: z.string().min(1),
  stream: z.string().min(1),
  account: z.string().min(1),
  brand: z.string().min(1),
  batch: z.custom<BatchId>((text) => typeof text === 'string' && parseBatchId(text) !== undefined),
  run_id: z.string(),
  /** The version of the API that was asked; null where there is none, as of a Singer tap. */
  api_version: z.string().nullable(),
  /** Hash of the stream's definition. */
  definition: z.string(),
  /** What was asked for, half-open: days, instants or values of the cursor; null where an end is open. */
  slice: z.strictObject({ from: z.string().nullable(), to: z.string().nullable() }),
  backfill: z.boolean(),
  /** What the batch stands in place of: nothing, all records of the stream and account, or the days [from, to) of the account. */
  replaces: z.union([z.null(), z.literal('all'), z.tuple([day, day])]),
  /** The cursor as text; of a Singer tap the JSON text of its STATE. */
  cursor_before: z.string().nullable(),
  cursor_after: z.string().nullable(),
  /** IANA zone of the account's days, and its currency, where they are known. */
  zone: z.string().nullable(),
  currency: z.string().nullable(),
  requests: count,
  records: count,
  /** Records that the platform no longer gives, by reason. */
  skipped: counts,
  warnings: z.array(z.string()),
  /** Paths by the number of records: those that the definition does not know, those that it lost, those of another kind. */
  drift: z.strictObject({ unknown: counts, lost: counts, changed: counts }),
  /** Names of the fields that make a record's key, where only the source knows them (Singer). */
  key_properties: z.array(z.string()).optional(),
  parts: z.array(part),
});

/** What a batch is: written last, after its parts. It holds no credential, no URL with a query and no address. */
export type BatchManifest = z.infer<typeof schema>;
export type ManifestPart = z.infer<typeof part>;

/** Its text: the members in the order of the schema, so that equal manifests are equal files. */
export function manifestText(manifest: BatchManifest): string {
  return `${JSON.stringify(schema.parse(manifest), null, 1)}\n`;
}

/** Reads a manifest; undefined if the text is none of this format, or one of another batch. */
export function parseManifest(text: string, place: BatchPlace): BatchManifest | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, data } = schema.safeParse(content);
  const isOfPlace = success && data.platform === place.platform && data.stream === place.stream && data.account === place.account && data.batch === place.batch;
  return isOfPlace && data.parts.reduce((sum, { records }) => sum + records, 0) === data.records ? data : undefined;
}
