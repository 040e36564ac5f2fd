import { z } from 'zod';

import { MALFORMED, OUT_OF_RANGE, fieldKind } from './kind.ts';

const bound = z.number().int().min(-999_999_999_999_999).max(999_999_999_999_999).optional();

/** A whole number of at most 15 digits, within the bounds of its field. */
export const integer = fieldKind({
  schema: z.strictObject({ kind: z.literal('integer'), required: z.boolean().default(false), min: bound, max_value: bound }),
  max: undefined,
  read(text, { min, max_value: most }) {
    if (!/^[+-]?\d{1,15}$/.test(text)) return MALFORMED;
    const value = Number(text) + 0;
    return (min !== undefined && value < min) || (most !== undefined && value > most) ? OUT_OF_RANGE : { value };
  },
});
