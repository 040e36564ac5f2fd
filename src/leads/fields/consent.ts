import { z } from 'zod';

import { MALFORMED, fieldKind } from './kind.ts';

/** What somebody can agree to (serve specification, "Consents"). */
export const consentPurposes = ['marketing_email', 'marketing_phone', 'partner_sharing', 'analytics', 'ad_user_data', 'ad_personalization'] as const;

const YES = new Set(['1', 'on', 'true', 'yes', 'granted']);
const NO = new Set(['0', 'off', 'false', 'no', 'denied']);

/** A box: yes or no to one purpose; `text` names the version of the text beside it. */
export const consent = fieldKind({
  schema: z.strictObject({
    kind: z.literal('consent'),
    required: z.boolean().default(false),
    purpose: z.enum(consentPurposes),
    text: z.string().min(1).max(100).optional(),
  }),
  max: undefined,
  read(text) {
    const value = consentAnswer(text);
    return value === undefined ? MALFORMED : { value };
  },
});

/** Yes or no in a word, in whatever case; undefined for another one. */
export function consentAnswer(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}
