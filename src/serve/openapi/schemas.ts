import { z } from 'zod';

import { runStatuses } from '../../engine/runs/job-runs.repository.ts';

const MOST_RUNS = 500;

/** An answer that is no success (RFC 9457). */
export const problemSchema = z.strictObject({
  type: z.string().regex(/^urn:hub:problem:[a-z0-9_]+$/),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  instance: z.string(),
  errors: z.array(z.strictObject({ pointer: z.string().optional(), parameter: z.string().optional(), code: z.string(), detail: z.string() })).max(50).optional(),
});

/** A value of a feed: amounts are decimals in major units as text. */
const feedValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const feedPageSchema = z.strictObject({
  feed: z.string(),
  as_of: z.iso.datetime(),
  items: z.array(z.record(z.string(), feedValue)),
  next: z.string().nullable(),
});

/** What `GET /v1/runs` takes. */
export const runsQuerySchema = z.strictObject({
  command: z.string().max(64).optional(),
  status: z.enum(runStatuses, `must be one of: ${runStatuses.join(', ')}`).optional(),
  since: z.iso.datetime('must be an instant in ISO 8601, such as 2026-03-01T05:00:00Z').optional(),
  limit: z.string().regex(/^[1-9]\d{0,2}$/).transform(Number).pipe(z.int().max(MOST_RUNS, `must be a whole number from 1 to ${MOST_RUNS}`)).optional(),
});

export const runsSchema = z.strictObject({
  items: z.array(
    z.strictObject({
      run_id: z.string(),
      command: z.string(),
      /** Of a key that is bound to brands: those of them. Empty: of none in particular. */
      brands: z.array(z.string()),
      shard: z.string(),
      status: z.enum(runStatuses),
      started_at: z.iso.datetime(),
      finished_at: z.iso.datetime().nullable(),
      duration_ms: z.int().nullable(),
      version: z.string(),
      /** Counts of the run; null while it runs, and where they are also of brands that the key is not one of. */
      totals: z.record(z.string(), z.unknown()).nullable(),
    }),
  ),
});

export const statusSchema = z.strictObject({ status: z.literal('ok') });

export const readinessSchema = z.strictObject({
  ready: z.boolean(),
  checks: z.record(z.string(), z.boolean()),
  database: z.boolean().nullable(),
  knowledge_as_of: z.int().nullable(),
  knowledge_at: z.iso.datetime().nullable(),
});

export const leadSchema = z.strictObject({
  lead_id: z.string(),
  location: z.url(),
  errors: z.array(z.strictObject({ field: z.string(), category: z.string() })),
});

/** What went wrong where no key is asked for. */
export const codeSchema = z.strictObject({ code: z.string() });

export const receivedSchema = z.strictObject({ received: z.literal(true) });

const count = z.int().nonnegative();

export const eventsTakenSchema = z.strictObject({ accepted: count, dropped: count, scrubbed: count });

export const consentsTakenSchema = z.strictObject({ accepted: count });
