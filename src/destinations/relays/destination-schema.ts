import ms from 'ms';
import { z } from 'zod';

import { modes } from './destination.ts';
import { macroNames, templateProblem } from './macros.ts';
import { relayKinds } from './relay.ts';

const LONGEST_TIMEOUT_MS = 120_000;
const LONGEST_WAIT_MS = 30 * 24 * 3_600_000;

/** `15s`, `5m`, `2h` in milliseconds. */
const duration = (most: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d+)?\s*(ms|s|m|h|d)$/, 'must be a number with a unit: 15s, 5m, 2h')
    .transform((text) => ms(text as ms.StringValue))
    .refine((value) => value > 0 && value <= most, `must be more than nothing and at most ${ms(most, { long: true })}`);

const variable = /^\$\{[A-Z][A-Z0-9_]*\}$/;
const status = z.number().int().min(100).max(599);

const destination = z
  .strictObject({
    id: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, dashes or underscores'),
    mode: z.enum(modes),
    enabled: z.boolean().default(true),
    url: z.string().min(1),
    kinds: z.array(z.enum(relayKinds)).min(1),
    brands: z.array(z.string()).min(1).optional(),
    required: z.array(z.enum(macroNames)).default([]),
    headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header'), z.string()).default({}),
    secrets: z.array(z.string().regex(variable, 'must be an environment variable: ${HUB_CRM_SECRET}')).default([]),
    expect: z
      .strictObject({
        status: z.union([status, z.array(status).min(1)]).optional(),
        body: z.string().refine(isPattern, 'is no regular expression').optional(),
      })
      .prefault({}),
    timeout: duration(LONGEST_TIMEOUT_MS).prefault('15s'),
    requests_per_second: z.number().positive().max(100_000).optional(),
    concurrency: z.number().int().min(1).max(256).default(8),
    retry: z.array(duration(LONGEST_WAIT_MS)).max(50).optional(),
    allow_private: z.boolean().default(false),
  })
  .superRefine((value, context) => {
    // A variable stands for a part of a URL; here only its place matters.
    const problem = templateProblem(value.url.replace(/\$\{[A-Z][A-Z0-9_]*\}/g, 'x'));
    if (problem !== undefined) context.addIssue({ code: 'custom', path: ['url'], message: problem });
    if (value.mode !== 'post' && value.secrets.length > 0) {
      context.addIssue({ code: 'custom', path: ['secrets'], message: 'sign the body of a post; this destination sends none' });
    }
  });

/** The form of destinations.yaml; the file itself explains every key. */
export const destinationsSchema = z.strictObject({
  destinations: z
    .array(destination)
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'has the same id twice'),
});

export type DestinationSpec = z.infer<typeof destination>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
