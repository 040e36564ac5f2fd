import { z } from 'zod';

import { fieldKind } from './kind.ts';

const option = z.string().refine((text) => text !== '' && text === text.trim().normalize('NFC'), 'must be a text without blanks around it');

/** One of the options of its field, or with `many` any number of them; case does not count, and what is declared is stored. */
export const choice = fieldKind({
  schema: z
    .strictObject({
      kind: z.literal('choice'),
      required: z.boolean().default(false),
      max: z.number().int().min(1).max(500).optional(),
      many: z.boolean().default(false),
      options: z
        .array(option)
        .min(1)
        .max(1000)
        .refine((options) => new Set(options.map(folded)).size === options.length, 'has the same option twice'),
    }),
  max: 100,
  read(text, { options }) {
    const value = options.find((each) => folded(each) === folded(text));
    return value === undefined ? { category: 'not_allowed' } : { value };
  },
});

function folded(text: string): string {
  return text.toLowerCase();
}
