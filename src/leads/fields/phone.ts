import { z } from 'zod';

import { MALFORMED, fieldKind } from './kind.ts';

const WRITTEN_BETWEEN = /[\s\-./()]/g;
const NUMBER = /^\+?\d{6,15}$/;

/** A telephone number of 6 to 15 digits, stored without what is written between them and with `+` for `00`. */
export const phone = fieldKind({
  schema: z.strictObject({ kind: z.literal('phone'), required: z.boolean().default(false), max: z.number().int().min(1).max(40).optional() }),
  max: 40,
  read(text) {
    const number = text.replace(WRITTEN_BETWEEN, '').replace(/^00/, '+');
    return NUMBER.test(number) ? { value: number } : MALFORMED;
  },
});
