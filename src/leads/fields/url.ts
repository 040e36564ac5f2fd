import { z } from 'zod';

import { MALFORMED, fieldKind } from './kind.ts';

/** The address of a page: http or https. */
export const url = fieldKind({
  schema: z.strictObject({ kind: z.literal('url'), required: z.boolean().default(false), max: z.number().int().min(1).max(2000).optional() }),
  max: 2000,
  read: (text) => (/^https?:\/\//i.test(text) && URL.canParse(text) ? { value: text } : MALFORMED),
});
