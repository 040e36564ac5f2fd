import { z } from 'zod';

import { parseDate, type LocalDate } from '../../core/time.ts';
import { MALFORMED, OUT_OF_RANGE, fieldKind } from './kind.ts';

const bound = z.string().refine((text) => calendarDate(text) !== undefined, 'must be a date such as 2026-03-31, in quotes').optional();

/** A calendar date, within the bounds of its field; `min_age` years must be full on the UTC day of receipt. */
export const date = fieldKind({
  schema: z.strictObject({
    kind: z.literal('date'),
    required: z.boolean().default(false),
    min: bound,
    max_value: bound,
    min_age: z.number().int().min(0).max(150).optional(),
  }),
  max: undefined,
  read(text, { min, max_value: most, min_age: age }, { day }) {
    const value = calendarDate(text);
    if (value === undefined) return MALFORMED;
    const isOutside = (min !== undefined && value < min) || (most !== undefined && value > most);
    return isOutside || (age !== undefined && birthday(value, age) > day) ? OUT_OF_RANGE : { value };
  },
});

function calendarDate(text: string): LocalDate | undefined {
  return text.length === 10 ? parseDate(text) : undefined;
}

/** When so many years are full, as a text that compares with dates: of who is born on a leap day behind 28 February. */
function birthday(born: LocalDate, years: number): string {
  return `${String(Number(born.slice(0, 4)) + years).padStart(4, '0')}${born.slice(4)}`;
}
