import { z } from 'zod';

import { MALFORMED, fieldKind } from './kind.ts';

/** A name in any script: it has a letter, and is no address and no link. */
export const name = fieldKind({
  schema: z.strictObject({ kind: z.literal('name'), required: z.boolean().default(false), max: z.number().int().min(1).max(500).optional() }),
  max: 100,
  read: (text) => (/\p{L}/u.test(text) && !/[<>@]|:\/\//.test(text) ? { value: text } : MALFORMED),
});
