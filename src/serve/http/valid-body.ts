import type { z } from 'zod';

import { HttpProblem, type ProblemPart } from './problem.ts';

/**
 * A body that is as a schema says.
 * @throws HttpProblem 422 with the pointer of every fault; none of the values is told
 */
export function validBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const checked = schema.safeParse(body);
  if (checked.success) return checked.data;
  throw new HttpProblem(422, 'not_valid', { errors: checked.error.issues.map(partOf) });
}

function partOf({ path, code, message, ...issue }: z.core.$ZodIssue): ProblemPart {
  const pointer = `#${path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
  // A key that nobody knows is the sender's own text.
  if (code === 'unrecognized_keys') return { pointer, code: 'unknown_key', detail: `It has ${(issue as { keys: readonly string[] }).keys.length} keys that do not belong here.` };
  return { pointer, code, detail: message };
}
