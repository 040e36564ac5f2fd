import { z } from 'zod';

const texts = z.array(z.string().trim().min(1)).min(1);
const word = z.union([z.string(), z.array(z.string())]);
const sign = z.enum(['positive', 'negative', 'zero', 'not_zero', 'not_positive', 'not_negative', 'missing']);
const range = z
  .strictObject({ at_least: z.number().optional(), at_most: z.number().optional() })
  .refine((value) => value.at_least !== undefined || value.at_most !== undefined, 'needs at_least or at_most');

/** What a rule looks for in a text; any of the entries is enough. rules/expression.ts documents each kind. */
const search = {
  words: texts.optional(),
  patterns: texts.optional(),
  names: texts.optional(),
  domains: texts.optional(),
  mailbox_words: texts.optional(),
  mailboxes: texts.optional(),
};

const example = z.union([
  z.string(),
  z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).refine(
    (value) => value['text'] === undefined || typeof value['text'] === 'string',
    'text must be a string',
  ),
]);

const rule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/, 'must be lower-case words with dots: funnel.upsell_1.numbered'),
  type: z.string(),
  ...search,
  except: z.strictObject(search).optional(),
  unless: z.strictObject(search).optional(),
  when: z.record(z.string(), z.union([z.boolean(), sign, word, range])).optional(),
  examples: z.strictObject({ match: z.array(example).min(1), no_match: z.array(example).min(1) }),
});

/** One file of `config/rules`: the ordered rules of one fact. */
export const ruleFileSchema = z.strictObject({
  fact: z.string(),
  lists: z.record(z.string().regex(/^[a-z][a-z_0-9]*$/), texts).optional(),
  rules: z.array(rule).min(1),
  brands: z.record(z.string(), z.array(rule).min(1)).optional(),
});

const days = z.number().int().min(0);

/** `config/rules/chains.yaml`: how chains relate to each other, in days. The file explains each threshold. */
export const chainFileSchema = z.strictObject({
  relations: z.strictObject({
    replacement_days_after: days,
    replacement_days_before: days,
    winback_days_after: days,
  }),
});

export type ChainThresholds = Readonly<z.infer<typeof chainFileSchema>['relations']>;
export type RuleFile = z.infer<typeof ruleFileSchema>;
export type RuleSpec = z.infer<typeof rule>;
export type SearchSpec = Pick<RuleSpec, 'words' | 'patterns' | 'names' | 'domains' | 'mailbox_words' | 'mailboxes'>;
export type ConditionSpec = NonNullable<RuleSpec['when']>[string];
export type ExampleSpec = z.infer<typeof example>;
