import { z } from 'zod';

import { fieldSchema } from '../fields/field.ts';

const id = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits, dashes or underscores');
/** Rules say `none` for the absence of one. */
const value = id.refine((text) => text !== 'none', 'is a word of the rules; take another one');
/** As the name of an input of a page. */
const input = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be 1 to 64 letters, digits, dashes or underscores, a letter first');
const origin = z.string().regex(/^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/, 'must be scheme and host as a browser sends them, such as https://www.alpina.example');
const domain = z.string().regex(/^[^\s@/]+\.[^\s@./]+$/, 'must be a domain such as spam.example').transform((text) => text.toLowerCase());
const template = z.string().max(2000);

/** Lists of the file without what stands in them: each entry is judged by itself, so that all faults are found at once. */
export const formsFileSchema = z.strictObject({
  themes: z.array(z.unknown()).default([]),
  products: z.array(z.unknown()).default([]),
  partners: z.array(z.unknown()).default([]),
  blocked_domains: z.array(z.unknown()).default([]),
  forms: z.array(z.unknown()).min(1),
  routes: z.array(z.unknown()).default([]),
});

const postback = z
  .strictObject({
    /** Of config/destinations.yaml. */
    destination: id,
    on: z.array(z.enum(['created', 'restored', 'duplicate'])).min(1).default(['created']),
    payout: z.number().min(0).max(1_000_000).optional(),
    currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR').optional(),
  })
  .refine((spec) => (spec.payout === undefined) === (spec.currency === undefined), 'needs payout and currency together, or neither');

const partnerSchema = z.strictObject({ id: value, postback: postback.optional(), via: template.optional() });

const fields = z
  .record(input, fieldSchema)
  .refine((all) => Object.values(all).filter(({ kind }) => kind === 'email').length === 1, 'must have exactly one field of kind email');

const formSchema = z
  .strictObject({
    id,
    brand: z.string(),
    theme: z.string().optional(),
    product: z.string().optional(),
    methods: z.array(z.enum(['post', 'get'])).min(1).default(['post']),
    origins: z.array(origin).default([]),
    honeypot: input.optional(),
    on_crawler: z.enum(['flag', 'filter']).optional(),
    public_id: z.string().regex(/^frm_[a-z0-9]{1,64}$/, 'must be an id that the form had, such as frm_0123456789abcdef01234567').optional(),
    partner_param: input.default('p'),
    fields,
    default: template,
    invalid: template.optional(),
  })
  .superRefine((form, context) => {
    for (const key of ['honeypot', 'partner_param'] as const) {
      if (form[key] !== undefined && form[key] in form.fields) context.addIssue({ code: 'custom', path: [key], message: 'is the name of a field of this form; take another one' });
    }
  });

const routeSchema = z.strictObject({
  id,
  priority: z.number().int().min(-1_000_000).max(1_000_000).default(0),
  theme: z.string().optional(),
  partner: z.string().optional(),
  product: z.string().optional(),
  brand: z.string().optional(),
  when: z.strictObject({ known: z.boolean().optional(), known_active: z.boolean().optional(), known_active_same_brand: z.boolean().optional() }).default({}),
  to: template,
});

/** What an entry of each list must be. */
export const entrySchemas = { themes: value, products: value, partners: partnerSchema, blocked_domains: domain, forms: formSchema, routes: routeSchema } as const;

export type PartnerSpec = z.output<typeof partnerSchema>;
export type FormSpec = z.output<typeof formSchema>;
export type RouteSpec = z.output<typeof routeSchema>;
