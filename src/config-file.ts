import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { parseDecimal } from './core/decimal.ts';
import { HubError, messageOf } from './core/errors.ts';
import { CURRENCIES } from './core/iso/currencies.ts';
import { parseDate, parseDuration } from './core/time.ts';
import { didYouMean } from './core/text/nearest.ts';
import { issuePath, readYaml } from './core/text/yaml-text.ts';
import { feedsSchema } from './feeds/declare/feeds.ts';
import { retentionDefaults, type RetentionName } from './engine/retention-policy.ts';
import { leadSettings } from './leads/settings.ts';
import { rateSettings } from './metrics/settings.ts';
import { serverSettings } from './serve/settings.ts';
import { accountsSchema } from './sources/platforms/accounts.ts';
import { DEFAULT_REJECT_LIMIT, REJECT_LIMIT_FORMS, rejectLimitOf } from './raw/quarantine/reject-limit.ts';

/** Days after an open, a click or the first message during which a subscriber is active. */
const activeDays = z.number().int().min(1).max(3650);

const currency = z.string().refine((code) => CURRENCIES.has(code), 'must be an ISO 4217 code such as EUR');
const day = z.string().refine((text) => parseDate(text) === text, 'must be a date such as 2026-01-31');
/** A decimal as text, so that nothing is rounded on the way. */
const decimalText = z.string().refine((text) => parseDecimal(text) !== undefined && !text.startsWith('-'), 'must be a decimal in quotes such as "1.4"').transform((text) => parseDecimal(text) ?? text);
/** How long something may be silent. */
const silence = z.string().refine((text) => (parseDuration(text) ?? 0) >= 60_000, 'must be a duration of at least a minute, such as 26h');
/** Months that predicted lifetime value looks ahead. */
const HORIZON = 'must be a whole number of months from 1 to 120';
const horizonMonths = z.int(HORIZON).min(1, HORIZON).max(120, HORIZON);

/** The file's schema. Unknown keys are errors: a misspelt key must not be silently without effect. */
const fileObject = z.strictObject({
  brands: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be 1 to 32 lower-case letters, digits or dashes'),
        name: z.string().min(1),
        email: z.strictObject({ active_days: activeDays.optional(), purchase_restores: z.boolean().optional() }).prefault({}),
        metrics: z.strictObject({ prices_include_tax: z.boolean().optional() }).prefault({}),
        audiences: z.strictObject({ google_consent: z.enum(['granted', 'unspecified']).default('unspecified') }).prefault({}),
      }),
    )
    .min(1)
    .refine((brands) => new Set(brands.map((brand) => brand.id)).size === brands.length, 'has the same id twice'),
  lake: z
    .strictObject({
      /** Of before: partitions are listed whole now, so it is without effect; hub doctor says so. */
      lookback_days: z.number().int().min(0).max(3650).optional(),
      athena_concurrency: z.number().int().min(1).max(50).default(4),
    })
    .prefault({}),
  imports: z
    .strictObject({
      max_rejects: z
        .string()
        .refine((text) => rejectLimitOf(text) !== undefined, `must be ${REJECT_LIMIT_FORMS}`)
        .default(DEFAULT_REJECT_LIMIT),
    })
    .prefault({}),
  email: z.strictObject({ active_days: activeDays.default(90), purchase_restores: z.boolean().default(false) }).prefault({}),
  metrics: z
    .strictObject({
      prices_include_tax: z.boolean().default(true),
      /** What payments cost: of a brand or all, in a currency, from a day on. */
      payment_fees: z.array(z.strictObject({ brand: z.string().optional(), currency, from: day, percent: decimalText, fixed: z.number().int().min(0).default(0) })).default([]),
      /** How far predicted lifetime value looks ahead. */
      horizon_months: horizonMonths.default(36),
      rates: rateSettings.optional(),
      /** After how many days a platform no longer changes a day; `default` is of those that are not named. */
      restate_days: z.record(z.string(), z.number().int().min(0).max(365)).default({}),
    })
    .prefault({}),
  rules: z.strictObject({ folder: z.string().min(1).optional() }).prefault({}),
  attribution: z.strictObject({ spill: z.enum(['none', 'account']).default('none') }).prefault({}),
  sources: accountsSchema,
  feeds: feedsSchema,
  destinations: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  alerts: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  forms: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  webhooks: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  served_feeds: z.strictObject({ file: z.string().min(1).optional() }).prefault({}),
  geoip: z.strictObject({ city: z.string().min(1).optional() }).prefault({}),
  health: z.strictObject({ expect_every: z.record(z.string(), silence).default({}) }).prefault({}),
  serve: z.strictObject({ ...leadSettings, ...serverSettings }).prefault({}),
  retention: z.strictObject(retentionSchema()).prefault({}),
  audiences: z
    .strictObject({
      file: z.string().min(1).optional(),
      output: z.string().min(1).default('.hub/audiences'),
      /** Days after which a member is named again to a platform that forgets its members. */
      refresh_days: z.number().int().min(1).max(539).default(500),
    })
    .prefault({}),
});

/** The same, with what its parts say of each other. */
const fileSchema = fileObject.superRefine(({ brands, sources, feeds }, context) => {
  for (const [key, entries] of Object.entries({ sources, feeds })) {
    for (const [index, { brand }] of entries.entries()) {
      if (!brands.some(({ id }) => id === brand)) context.addIssue({ code: 'custom', path: [key, index, 'brand'], message: 'is none of the brands that are declared' });
    }
  }
});

/** A key for each thing that `hub purge` removes. */
function retentionSchema() {
  const keep = z.union([z.number().int().min(1).max(36_500), z.literal('forever')], 'must be a number of days from 1 to 36500, or forever');
  return Object.fromEntries(Object.entries(retentionDefaults).map(([name, days]) => [name, keep.default(days)])) as Record<RetentionName, ReturnType<typeof keep.default>>;
}

/** The content of the configuration file, with the defaults of what it leaves out. */
export type ConfigFile = z.infer<typeof fileSchema>;

/**
 * Reads and checks the configuration file.
 * @throws HubError configuration, naming file, line and key
 */
export function readConfigFile(file: string): ConfigFile {
  const { faults: [fault], content, keyLineOf } = readYaml(readText(file), 'with-column');
  if (fault !== undefined) throw invalid(file, fault.line, '', fault.message.split('\n')[0] ?? '');
  const checked = fileSchema.safeParse(content);
  if (checked.success) return checked.data;
  // A misspelt key makes the one that it stands for missing: the key that is there says more.
  const issue = checked.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? checked.error.issues[0];
  const path = issue === undefined ? [] : issuePath(issue);
  const message = issue?.code === 'unrecognized_keys' ? `is no key that belongs here. ${suggestion(issue.keys[0] ?? '', issue.path)}` : issue?.message;
  throw invalid(file, keyLineOf(path, 1), path.join('.'), message?.trim() ?? 'is not valid');
}

/** A key that may stand at the place, else one that may stand at any. */
function suggestion(key: string, path: readonly PropertyKey[]): string {
  const schema = z.toJSONSchema(fileSchema, { io: 'output', unrepresentable: 'any' });
  const here = path.reduce<JsonSchema | undefined>((at, name) => at?.properties?.[String(name)] ?? at?.items ?? (typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined), schema as JsonSchema);
  return didYouMean(key, Object.keys(here?.properties ?? {})) || didYouMean(key, keysOf(schema));
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
}

/** Every key that the file may have, at any place. */
function keysOf(schema: object): Set<string> {
  const { properties = {}, items, additionalProperties } = schema as JsonSchema;
  const below = [...Object.values(properties), ...[items, additionalProperties].filter((each) => typeof each === 'object')];
  return new Set([...Object.keys(properties), ...below.flatMap((each) => [...keysOf(each)])]);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new HubError('configuration', 'config_unreadable', `The configuration file ${file} cannot be read: ${messageOf(cause)}.`, {
      nextStep: 'Name an existing file with --config, or leave the option out.',
      cause,
    });
  }
}

function invalid(file: string, line: number, key: string, message: string): HubError {
  return new HubError('configuration', 'config_invalid', `${file}:${line}: ${key === '' ? '' : `"${key}" `}${message}`, {
    context: { file, line },
    nextStep: 'Correct the line; the example configuration in the repository shows every key.',
  });
}
