import { z } from 'zod';

import { parseInstant } from '../../core/time.ts';
import { knowledgeStates } from '../decision.ts';
import type { LeadRecord } from '../lead-record.ts';
import { parseIntakeLine, type LineFlaw } from './intake-line.ts';

const pair = z.union([z.tuple([z.string(), z.string()]), z.tuple([z.string(), z.null(), z.string()])]);
const pairs = z.array(pair);

const common = {
  v: z.literal(1),
  received_at: z.string().refine((text) => parseInstant(text) !== undefined),
  brand: z.string(),
  form: z.string().max(64),
  partner: z.string().max(64).nullable(),
  method: z.enum(['GET', 'POST']),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  address: z.string(),
  key: z.string().nullable(),
  pairs,
  extra: pairs.default([]),
  query: pairs.default([]),
  decision: z.object({
    rule: z.string().max(64).nullable(),
    location: z.string(),
    state: z.enum(knowledgeStates),
    knowledge_as_of: z.number().int().nullable(),
    withheld: z.boolean(),
    forms: z.string().max(64),
    via: z.literal(true).optional(),
  }),
  status: z.number().int().default(303),
  micros: z.number().int(),
};

/** A line of `intake/lead`, and one of `intake/visit`. */
const leadSchema = z.object({ ...common, kind: z.literal('lead'), lead_id: z.string().regex(/^lead_[0-9a-z]{1,59}$/) });
const visitSchema = z.object({ ...common, kind: z.literal('visit'), lead_id: z.string().regex(/^visit_[0-9a-z]{1,58}$/) });

/** Reads a line of the intake, as parseIntakeLine does. */
export function parseLeadLine(line: string, brand: string): LeadRecord | undefined | LineFlaw {
  return parseIntakeLine(leadSchema, line, brand);
}

/** The same of a visit. */
export function parseVisitLine(line: string, brand: string): LeadRecord | undefined | LineFlaw {
  return parseIntakeLine(visitSchema, line, brand);
}
