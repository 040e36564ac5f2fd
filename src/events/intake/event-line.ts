import { z } from 'zod';

import { parseInstant } from '../../core/time.ts';
import { parseIntakeLine, type LineFlaw } from '../../leads/intake/intake-line.ts';
import type { EventRecord } from '../event-record.ts';

const instant = z.string().refine((text) => parseInstant(text) !== undefined);

/** A line of `intake/event`. */
const recordSchema = z.object({
  v: z.literal(1),
  kind: z.literal('event'),
  brand: z.string(),
  event_id: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  source: z.string().min(1).max(64),
  key: z.string().nullable(),
  received_at: instant,
  occurred_at: instant,
  name: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
  email_sha256: z.string().regex(/^[0-9a-f]{64}$/).nullable(),
  is_test: z.boolean(),
  scrubbed: z.number().int().min(0),
  properties: z.record(z.string(), z.unknown()),
});

/** Reads a line of the intake, as parseIntakeLine does. */
export function parseEventLine(line: string, brand: string): EventRecord | undefined | LineFlaw {
  return parseIntakeLine(recordSchema, line, brand);
}
