import { z } from 'zod';

import { consentPurposes } from '../../leads/fields/consent.ts';
import { platformNames } from '../platforms/index.ts';

const CLASSES = ['complimentary', 'gift', 'trial', 'one_off', 'winback', 'prepaid', 'standard', 'unclassified'] as const;
const LIFECYCLES = ['draft', 'activation', 'pending', 'active', 'suspended', 'cancelled', 'expired', 'unclassified'] as const;
const FUNNEL_STEPS = [
  ...['frontend', 'order_bump', 'upsell_1', 'upsell_2', 'upsell_3', 'downsell_1', 'downsell_2'],
  ...['cross_sell', 'winback', 'unclassified'],
] as const;
/**
 * `marketing`: has agreed to marketing. `no_objection`: has not objected; a customer may be written to without more. A purpose:
 * has granted it, as the ledger of consents says.
 */
export const consents = ['marketing', 'no_objection', ...consentPurposes] as const;
const PURPOSES = ['targeting', 'exclusion', 'lookalike'] as const;

const name = z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, 'must be 1 to 48 lower-case letters, digits or underscores, a letter first');
const days = z.number().int().min(1).max(3_650);
const amount = z.union([z.number(), z.string()]).transform(String);

/** One value or a list of them. */
function some<Value extends z.ZodType>(value: Value): z.ZodType<z.output<Value>[]> {
  return z.preprocess((input) => (Array.isArray(input) ? (input as unknown[]) : [input]), z.array(value).min(1));
}

/** What one subscription of a person must be; all of it at once. */
const subscription = z
  .strictObject({
    lifecycle: some(z.enum(LIFECYCLES)).optional(),
    class: some(z.enum(CLASSES)).optional(),
    funnel_step: some(z.enum(FUNNEL_STEPS as readonly [string, ...string[]])).optional(),
    product: some(z.string().min(1)).optional(),
    active_within_days: days.optional(),
    cancelled_within_days: days.optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'must ask for something');

const spend = z
  .strictObject({ currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'), at_least: amount.optional(), at_most: amount.optional() })
  .refine((value) => value.at_least !== undefined || value.at_most !== undefined, 'needs at_least or at_most');

const country = some(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 code of two letters such as AT'));

const plainConditions = z.strictObject({
  subscription: subscription.optional(),
  no_subscription: subscription.optional(),
  engaged_within_days: days.optional(),
  email_active_within_days: days.optional(),
  spend: spend.optional(),
  refunded: z.boolean().optional(),
  country: country.optional(),
  in_audience: name.optional(),
  not_in_audience: name.optional(),
});

/** One condition on a person: one of its keys, and no other. `any` holds if one of those in it does. */
export type Condition = z.infer<typeof plainConditions> & { readonly any?: readonly Condition[] | undefined };

const condition: z.ZodType<Condition> = plainConditions
  .extend({ any: z.lazy(() => z.array(condition).min(1)).optional() })
  .refine((value) => Object.keys(value).length === 1, 'must be one condition; write each as an entry of its own');

/** The names of the conditions, for messages. */
export const conditionNames = [...Object.keys(plainConditions.shape), 'any'];
export const subscriptionConditionNames = Object.keys(subscription.shape);

const platform = z.enum(platformNames as readonly [string, ...string[]]);
const consent = z.enum(consents);

const audience = z.strictObject({
  name,
  description: z.string().min(1),
  purpose: z.enum(PURPOSES).default('targeting'),
  brands: z.array(z.string()).min(1).optional(),
  platforms: z.array(platform).min(1),
  consent: z.union([consent, z.partialRecord(platform, consent)]).default('marketing'),
  where: z.array(condition).min(1),
});

/** `config/audiences.yaml`. */
export const audienceFileSchema = z.strictObject({ audiences: z.array(audience).min(1) });

export type AudienceFile = z.infer<typeof audienceFileSchema>;
export type SubscriptionCondition = z.infer<typeof subscription>;
export type SpendCondition = z.infer<typeof spend>;
export type Consent = (typeof consents)[number];
