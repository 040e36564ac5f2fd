import { z } from 'zod';

import { codePoints } from '../../core/text/code-points.ts';
import { OUT_OF_RANGE, fieldKind } from './kind.ts';

/** A free text, which may have lines. */
export const text = fieldKind({
  schema: z
    .strictObject({
      kind: z.literal('text'),
      required: z.boolean().default(false),
      max: z.number().int().min(1).max(20_000).optional(),
      min_length: z.number().int().min(1).max(20_000).optional(),
    }),
  max: 2000,
  multiline: true,
  read: (value, { min_length: least = 0 }) => (codePoints(value) < least ? OUT_OF_RANGE : { value }),
});
