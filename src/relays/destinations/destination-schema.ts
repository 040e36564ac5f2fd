import ms from 'ms';
import { z } from 'zod';

import { consentPurposes } from '../../leads/fields/consent.ts';
import { fillTemplate, macroNames, templateProblem } from './macros.ts';
import { modes, type Mode } from './mode.ts';
import { isNoticeKind, noticeKinds, relayKinds, type RelayKind } from '../outbox/relay.ts';

const LONGEST_TIMEOUT_MS = 120_000;
const LONGEST_WAIT_MS = 30 * 24 * 3_600_000;

/** `15s`, `5m`, `2h` in milliseconds. */
const duration = (most: number) =>
  z
    .string()
    .regex(/^\d{1,6}(\.\d+)?\s*(ms|s|m|h|d)$/, 'must be a number with a unit: 15s, 5m, 2h')
    .transform((text) => ms(text as ms.StringValue))
    .refine((value) => value > 0 && value <= most, `must be more than nothing and at most ${ms(most, { long: true })}`);

const variable = /^\$\{[A-Z][A-Z0-9_]*\}$/;
const status = z.number().int().min(100).max(599);

const names = z.array(z.string()).min(1).optional();

/** Which leads of hub serve are put into the outbox. */
const leads = z.strictObject({
  outcomes: z.array(z.enum(['created', 'duplicate', 'restored'])).min(1).default(['created', 'restored']),
  ...{ brands: names, themes: names, products: names, partners: names },
  once_days: z.number().int().min(1).max(3_650).optional(),
  fields: z.record(z.string().min(1).max(64), z.string().min(1)).refine((all) => Object.keys(all).length > 0, 'must name a field').optional(),
});

/** What a destination takes: wrong here, the file is wrong, as nobody could say what to put into the outbox for it. */
const route = {
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits, dashes or underscores'),
  enabled: z.boolean().default(true),
  kinds: z.array(z.enum(relayKinds)).min(1),
  brands: names,
  leads: leads.optional(),
  to: z.array(z.string().min(1)).min(1).optional(),
};

/** How it is sent there: wrong here, that destination waits, and the others go on. */
const delivery = {
  mode: z.enum(modes),
  url: z.string().min(1),
  from: z.string().min(1).optional(),
  required: z.array(z.enum(macroNames)).default([]),
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is no name of a header'), z.string()).default({}),
  secrets: z.array(z.string().regex(variable, 'must be an environment variable: ${HUB_CRM_SECRET}')).default([]),
  expect: z
    .strictObject({
      status: z.union([status, z.array(status).min(1)]).optional(),
      body: z.string().refine(isPattern, 'is no regular expression').optional(),
    })
    .prefault({}),
  timeout: duration(LONGEST_TIMEOUT_MS).prefault('15s'),
  requests_per_second: z.number().positive().max(100_000).optional(),
  concurrency: z.number().int().min(1).max(256).default(8),
  retry: z.array(duration(LONGEST_WAIT_MS)).max(50).optional(),
  allow_private: z.boolean().default(false),
  purpose: z.enum(consentPurposes).optional(),
};

/** One destination, whole. */
export const destinationSchema = z.strictObject({ ...route, ...delivery }).superRefine((value, context) => {
  const wrong = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
  // A variable stands for a part of a URL; here only its place matters.
  const problem = value.mode === 'smtp' ? undefined : templateProblem(fillTemplate(value.url, () => 'x'));
  if (problem !== undefined) wrong('url', problem);
  for (const [key, message] of misplacedKeys(value)) wrong(key, message);
  if (value.leads !== undefined && !value.kinds.includes('lead.created')) {
    context.addIssue({ code: 'custom', path: ['leads'], message: 'says which leads come here; add lead.created to kinds' });
  }
  if (value.mode !== 'post' && value.secrets.length > 0) wrong('secrets', 'sign the body of a post; this destination sends none');
});

interface ModeKeys {
  readonly mode: Mode;
  readonly url: string;
  readonly kinds: readonly RelayKind[];
  readonly required: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: { readonly status?: unknown; readonly body?: unknown };
  readonly from?: string | undefined;
  readonly to?: readonly string[] | undefined;
}

/** Keys that do not go with the mode, or that it lacks, each with what is wrong. */
function misplacedKeys({ mode, url, kinds, required, headers, expect, from, to }: ModeKeys): [string, string][] {
  const isForPeople = mode === 'slack' || mode === 'smtp';
  const misplaced: [string, string, boolean][] = [
    // Whatever else is sent may hold personal data, which belongs in no chat and no mail.
    ['kinds', `must be of ${noticeKinds.join(', ')}, as ${mode} is for people`, isForPeople && kinds.some((kind) => !isNoticeKind(kind))],
    ['url', `has a macro, and ${mode} takes none`, isForPeople && /(?<!\$)\{/.test(url)],
    ['required', `names macros, and ${mode} takes none`, isForPeople && required.length > 0],
    ['headers', 'are none of a mail', mode === 'smtp' && Object.keys(headers).length > 0],
    ['expect', `is known of ${mode}; leave it out`, isForPeople && (expect.status !== undefined || expect.body !== undefined)],
    ['from', mode === 'smtp' ? 'is missing: the address that mails come from' : `belongs to mode smtp`, (mode === 'smtp') !== (from !== undefined)],
    ['to', mode === 'smtp' ? 'is missing: the addresses that mails go to' : 'belongs to mode smtp', (mode === 'smtp') !== (to !== undefined)],
  ];
  return misplaced.filter(([, , isWrong]) => isWrong).map(([key, message]) => [key, message]);
}

/** The file with what each destination takes; the file itself explains every key. */
export const destinationsSchema = z.strictObject({
  destinations: z
    .array(z.strictObject({ ...route, ...anything(Object.keys(delivery)) }))
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'has the same id twice'),
});

export type RouteSpec = z.infer<typeof destinationsSchema>['destinations'][number];
export type DestinationSpec = z.infer<typeof destinationSchema>;

function anything(keys: readonly string[]): Record<string, z.ZodOptional<z.ZodUnknown>> {
  return Object.fromEntries(keys.map((key) => [key, z.unknown().optional()]));
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
