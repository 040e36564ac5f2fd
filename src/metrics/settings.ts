import { z } from 'zod';

import { parseDecimal } from '../core/decimal.ts';
import { minorDigits } from '../core/iso/currencies.ts';
import { parseDate } from '../core/time.ts';

const currency = z.string().refine((code) => minorDigits(code) !== undefined, 'must be a currency of ISO 4217, such as EUR');
/** How much of the base one unit of a currency is. Quoted or not, it is read as the decimal that it is written as. */
const rate = z
  .union([z.string(), z.number()], 'must be a decimal above 0')
  .transform((value) => parseDecimal(String(value)) ?? '')
  .refine((decimal) => decimal !== '' && !decimal.startsWith('-') && /[1-9]/.test(decimal), 'must be a decimal above 0');

/** The rates at which reports convert (`metrics.rates`): one for all history, so that no movement comes from them. */
export const rateSettings = z
  .strictObject({
    /** Whose rates they are, as pages name it. */
    source: z.string().min(1),
    date: z.string().refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && parseDate(text) !== undefined, 'must be a date, YYYY-MM-DD'),
    base: currency,
    rates: z.record(z.string(), rate),
  })
  .superRefine(({ base, rates }, context) => {
    for (const code of Object.keys(rates)) {
      const message = code === base ? 'is the base itself, which needs no rate' : minorDigits(code) === undefined ? 'is no currency of ISO 4217' : undefined;
      if (message !== undefined) context.addIssue({ code: 'custom', path: ['rates', code], message });
    }
  });

/** What one unit of each currency is in the base, as decimals. */
export type Rates = z.infer<typeof rateSettings>;
