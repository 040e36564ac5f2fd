import { isAbsolute, resolve } from 'node:path';

import { z } from 'zod';

import { HubError } from '../core/errors.ts';
import { parseDuration } from '../core/time.ts';
import { parseProxies } from '../net/client-address.ts';
import { durabilities } from './journal/journal.ts';
import { keyLimitDefaults, type KeyLimit } from './limits/key-limits.ts';
import { WRITER } from './journal/segment.ts';
import { serveParts, type serverVariables } from './names.ts';

const MIB = 1024 * 1024;
const LEAST_KEY_LENGTH = 32;
const limit = z.union([z.number().int().min(1), z.literal('off')], 'must be a number of requests a minute, or off');
const duration = z.string().refine((text) => (parseDuration(text) ?? 0) >= 1_000, 'must be a duration of at least a second, such as 60s');
const size = z.string().regex(/^\d{1,6} ?(MiB|GiB)$/, 'must be a size such as 512 MiB');

/** Keys of `serve` in hub.config.yaml about the process itself. */
export const serverSettings = {
  parts: z.array(z.enum(serveParts)).min(1).default([...serveParts]),
  trust_proxy: z.array(z.string()).refine((cidrs) => parseProxies(cidrs) !== undefined, 'must be a list of networks such as 10.0.0.0/8').default([]),
  /** Where visitors are our own: what they do is stored as test. */
  internal_networks: z.array(z.string()).refine((cidrs) => parseProxies(cidrs) !== undefined, 'must be a list of networks such as 10.0.0.0/8').default([]),
  probe_limit: z.number().int().min(1).default(20),
  limits: z.strictObject({ leads: limit.default(120), webhooks: limit.default(6_000), ...keyLimitSettings() }).prefault({}),
  journal: z.strictObject({ durability: z.enum(durabilities).default('50ms'), rotate: duration.default('60s'), min_free: size.default('512 MiB') }).prefault({}),
};

/** A number for each limit of keys. */
function keyLimitSettings() {
  return Object.fromEntries(Object.entries(keyLimitDefaults).map(([name, quota]) => [name, limit.default(quota)])) as Record<KeyLimit, ReturnType<typeof limit.default>>;
}

/** Where a listener listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** What the environment says of a server; relative paths are relative to the configuration. */
export interface ServerEnvironment {
  readonly listen: ListenAddress;
  readonly admin: ListenAddress;
  /** Who shows it may look at the metrics where others than this machine reach them; undefined: nobody. */
  readonly adminKey: string | undefined;
  /** Absolute. */
  readonly journal: string;
  readonly intakeUrl: string;
  readonly writer: string;
}

/**
 * Reads the variables of the server; an empty one is as if it were not set.
 * @throws HubError configuration
 */
export function serverEnvironment(environment: Readonly<Record<string, string | undefined>>, root: string): ServerEnvironment {
  const value = (name: (typeof serverVariables)[number], usual: string): string => environment[name]?.trim() || usual;
  const writer = value('HUB_WRITER', '0');
  if (!WRITER.test(writer)) throw invalid('HUB_WRITER', '1 to 16 lower-case letters and digits, such as the ordinal of the pod');
  const adminKey = value('HUB_SERVE_ADMIN_KEY', '');
  if (adminKey !== '' && (adminKey.length < LEAST_KEY_LENGTH || /\s/.test(adminKey))) throw invalid('HUB_SERVE_ADMIN_KEY', `at least ${LEAST_KEY_LENGTH} characters without blanks (openssl rand -hex 32)`);
  return {
    adminKey: adminKey === '' ? undefined : adminKey,
    listen: listenAddress('HUB_SERVE_LISTEN', value('HUB_SERVE_LISTEN', '0.0.0.0:8080')),
    admin: listenAddress('HUB_SERVE_ADMIN', value('HUB_SERVE_ADMIN', '127.0.0.1:8081')),
    journal: resolve(root, value('HUB_JOURNAL', '.hub/journal')),
    intakeUrl: intakeUrl(value('HUB_INTAKE_URL', 'file:.hub/intake'), root),
    writer,
  };
}

/** The milliseconds of a duration that the settings have checked. */
export function durationMs(text: string): number {
  return parseDuration(text) ?? 0;
}

/** The bytes of a size that the settings have checked. */
export function sizeBytes(text: string): number {
  const [, count = '0', unit] = /^(\d+) ?(MiB|GiB)$/.exec(text) ?? [];
  return Number(count) * MIB * (unit === 'GiB' ? 1024 : 1);
}

/** `0.0.0.0:8080`, `[::]:8080`, `localhost:0`. */
function listenAddress(name: string, text: string): ListenAddress {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw invalid(name, 'an address and a port, such as 0.0.0.0:8080 or [::]:8080');
  return { host, port: Number(port) };
}

function intakeUrl(url: string, root: string): string {
  const path = /^file:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path !== undefined) return `file:${isAbsolute(path) ? path : resolve(root, path)}`;
  if (/^s3:\/\/[a-z0-9]/.test(url)) return url;
  throw invalid('HUB_INTAKE_URL', 'file:<folder> or s3://bucket/prefix?region=R');
}

function invalid(name: string, wanted: string): HubError {
  return new HubError('configuration', 'invalid_server_variable', `${name} is not of the form that it must have.`, { nextStep: `Give ${wanted}.` });
}
