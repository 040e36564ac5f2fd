import { z } from 'zod';

import { consentPurposes } from '../../leads/fields/consent.ts';
import { POINTER } from '../pointer.ts';

const LONGEST_TOLERANCE = 86_400;
const SIGNED = /^(?:[^{}]|\{(?:id|timestamp|body)\})*$/;

const id = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'must be 1 to 48 lower-case letters, digits or dashes, a letter first');
const pointer = z.string().regex(POINTER, 'must be a JSON pointer such as /data/object/id').min(1, 'must be a JSON pointer such as /data/object/id');
const header = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header').transform((name) => name.toLowerCase());
const secret = z.string().regex(/^\$\{[A-Z][A-Z0-9_]*\}$/, 'must be an environment variable: ${STRIPE_WEBHOOK_SECRET}');
const name = z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, 'must be 1 to 48 lower-case letters, digits or underscores');
const eventName = z.string().regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'must be a name in snake_case').max(64);

const type = { type: z.string().min(1).max(255) };
const actions = {
  ignore: z.literal(true, 'must be true'),
  hint: z.strictObject({ object: name, id: pointer }),
  consent: z.strictObject({ email: pointer, purpose: z.enum(consentPurposes), granted: z.union([z.boolean(), pointer], 'must be true, false or a JSON pointer'), at: pointer.optional(), text: z.string().min(1).max(100).optional() }),
  event: z.strictObject({ name: eventName, properties: pointer, consent: z.union([z.literal(true), pointer], 'must be true or a JSON pointer'), email: pointer.optional(), at: pointer.optional() }),
  lead: z.strictObject({ form: z.string(), fields: z.record(z.string(), pointer).refine((all) => Object.keys(all).length > 0, 'must name a field') }),
};
const actionNames = ['ignore', 'hint', 'consent', 'event', 'lead'] as const;

const ruleSchema = z
  .strictObject({ ...type, ...Object.fromEntries(actionNames.map((key) => [key, actions[key].optional()])) as { [Key in keyof typeof actions]: z.ZodOptional<(typeof actions)[Key]> } })
  .refine((rule) => actionNames.filter((key) => rule[key] !== undefined).length === 1, `must have exactly one of ${actionNames.join(', ')}`);

const common = {
  id,
  brand: z.string(),
  secrets: z.array(secret).min(1),
  tolerance: z.number().int().min(1).max(LONGEST_TOLERANCE).default(300),
  retired: z.boolean().default(false),
  actions: z.array(ruleSchema).default([]),
};

const generic = z
  .strictObject({
    ...{ ...common, scheme: z.literal('hmac'), header },
    ...{ algorithm: z.enum(['sha256', 'sha512']).default('sha256'), encoding: z.enum(['hex', 'base64']).default('hex'), prefix: z.string().max(64).default('') },
    signed: z.string().regex(SIGNED, 'may hold {id}, {timestamp} and {body}').refine((text) => text.includes('{body}'), 'must hold {body}: what is not signed proves nothing').default('{body}'),
    ...{ timestamp_header: header.optional(), timestamp_unit: z.enum(['s', 'ms']).default('s') },
    ...{ id_header: header.optional(), id_pointer: pointer.optional(), type_pointer: pointer.optional() },
  })
  .superRefine((source, context) => {
    const add = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
    if (source.signed.includes('{timestamp}') !== (source.timestamp_header !== undefined)) add('signed', 'must hold {timestamp} if timestamp_header is given, and only then: a time that is not signed proves nothing');
    if (source.signed.includes('{id}') && source.id_header === undefined) add('signed', 'holds {id}, and id_header names no header for it');
    if (source.id_header !== undefined && source.id_pointer !== undefined) add('id_pointer', 'stands beside id_header; leave one of them out');
  });

/** What an entry of `sources` must be; each is judged by itself, so that all faults are found at once. */
export const sourceSchema = z.discriminatedUnion('scheme', [z.strictObject({ ...common, scheme: z.enum(['standard', 'stripe', 'shopify', 'github']) }), generic]);

export const webhooksFileSchema = z.strictObject({ sources: z.array(z.unknown()).default([]) });

export type SourceSpec = z.output<typeof sourceSchema>;
export type RuleSpec = SourceSpec['actions'][number];
