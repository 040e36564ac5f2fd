import { z } from 'zod';

import { isZone } from '../../core/zone.ts';
import { parseDate, type LocalDate } from '../../core/time.ts';

const LOOPBACK = /^http:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:\/|$)/;

/** Names of things that the account refers to. */
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, 'must be 1 to 40 letters, digits, dots, dashes or underscores');

/** An account of a platform as hub.config.yaml declares it. */
export const accountSchema = z.strictObject({
  platform: z.string().min(1),
  /** The name of the account in the hub: part of its keys, so it never changes. */
  account: name,
  brand: z.string().min(1),
  /** What the platform needs to know of the account, such as the domain of a shop. */
  settings: z.record(z.string(), z.string().min(1)).default({}),
  /** The secrets by what they are: `client_secret: SHOPIFY_SECRET`, a name of `hub secrets` or of the environment. */
  credentials: z.record(z.string(), z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'must be the name of a secret: upper-case letters, digits and underscores')).default({}),
  /** Default: all of the platform. */
  streams: z.array(z.string().min(1)).min(1).optional(),
  /** The first day that is asked for. */
  start: z.custom<LocalDate>((text) => typeof text === 'string' && parseDate(text) === text, 'must be a date, such as 2024-01-01'),
  /** IANA zone of the account's days, where the platform does not name it. */
  zone: z.string().refine(isZone, 'must be a time zone, such as Europe/Zurich').optional(),
  /** For how many days the platform may still change a day's figures; default: what it says of itself. */
  restate_days: z.number().int().min(0).max(365).optional(),
  /** What happens where another version of the API answers than the pinned one. */
  on_version_change: z.enum(['fail', 'warn']).default('fail'),
  /** Instead of the platform's own address. */
  base_url: z
    .string()
    .refine((url) => URL.canParse(url) && (url.startsWith('https://') || LOOPBACK.test(url)), 'must begin with https://, or be of this machine')
    .optional(),
});

export type SourceAccount = Readonly<z.infer<typeof accountSchema>>;
