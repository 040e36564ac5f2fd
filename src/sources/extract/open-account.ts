import { setTimeout as sleep } from 'node:timers/promises';

import { HubError } from '../../core/errors.ts';
import { startMicroTimer, type Clock } from '../../core/time.ts';
import { openHttpClient } from '../../net/http.client.ts';
import type { ProxySettings } from '../../net/proxy.ts';
import { createRedactor } from '../../net/redact.ts';
import type { SourceAccount } from '../api/account.ts';
import { atOneHost, credentialsOf, type Credentials } from '../api/auth.ts';
import type { Platform } from '../api/platform.ts';
import type { AccountProfile, RequestMeter } from './account-run.ts';
import { ApiClient } from './api.client.ts';
import { Pacer } from './pacer.ts';
import { gaveUp, Stopped } from './stop.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { Tokens } from './tokens.client.ts';

/** What opening an account needs. */
export interface AccountServices {
  readonly store: SecretStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Of the user alone; `signal` also fires when the run loses its lock. */
  readonly interruption?: AbortSignal | undefined;
  readonly version: string;
  readonly proxy: ProxySettings | undefined;
  readonly maxWaitMs: number;
  /** The most requests of the whole run. */
  readonly requestsLeft: () => boolean;
  /** Told of waits that the platform asks for. */
  readonly waiting?: (platform: Platform, ms: number, why: string) => void;
  /** Of the system unless a test says otherwise. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly random?: () => number;
  /** Milliseconds since any moment, by which requests are spaced. */
  readonly elapsed?: () => number;
}

/** An account that can be asked. */
export interface OpenAccount {
  readonly client: ApiClient;
  readonly credentials: Credentials;
  readonly meter: RequestMeter;
  readonly pause: (ms: number, why: string | null) => Promise<void>;
  /** Asked of the platform once, where it tells. @throws Stopped */
  readonly profile: () => Promise<AccountProfile>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 60_000;
const systemSleep = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

/**
 * Opens an account: its credentials, connections and pace.
 * @throws Stopped if a credential is missing
 */
export async function openAccount(services: AccountServices, platform: Platform, account: SourceAccount): Promise<OpenAccount> {
  const { clock, signal, maxWaitMs, random = Math.random } = services;
  const credentials = await credentialsFor(services.store, platform, account);
  const secrets = Object.values(credentials);
  const meter: RequestMeter = { requests: 0, waitedMs: 0 };
  const baseUrl = account.base_url ?? platform.api.baseUrl(account.settings);
  const http = openHttpClient({ timeoutMs: TIMEOUT_MS, concurrency: platform.budget.concurrency, allowPrivate: account.base_url !== undefined, proxy: services.proxy });
  const elapsed = services.elapsed ?? systemElapsed();
  const pause = async (ms: number, why: string | null): Promise<void> => {
    if (why !== null) services.waiting?.(platform, ms, why);
    await orInterrupted(signal, (services.sleep ?? systemSleep)(ms, signal));
    meter.waitedMs += Math.floor(ms);
  };
  const profile: { zone: string | undefined } = { zone: account.zone };
  const client: ApiClient = new ApiClient({
    ...{ platform, baseUrl, http, clock, signal, maxWaitMs, random, pause },
    headers: { ...platform.api.headers, ...platform.api.accountHeaders?.({ settings: account.settings, credentials }) },
    isInterrupted: () => services.interruption?.aborted === true,
    tokens: () => tokens,
    pacer: new Pacer(platform.budget.rate?.(credentials), platform.budget.endpointRate, elapsed),
    userAgent: `hub/${services.version}`,
    pinsVersion: account.on_version_change === 'fail',
    zone: () => profile.zone,
    count() {
      if (!services.requestsLeft()) throw gaveUp('request_limit', 'The run has sent as many requests as --max-requests allows.');
      meter.requests++;
    },
    redact: (text) => createRedactor(secrets).text(text),
  });
  const tokens = new Tokens({
    ...{ auth: account.base_url === undefined ? platform.auth : atOneHost(platform.auth), credentials, names: account.credentials, store: services.store, clock },
    hide: (secret) => void secrets.push(secret),
    async send(request) {
      const result = await client.call(request, { phase: 'token', stream: '' }).catch((error: unknown) => {
        throw ofAccount(error, 'token_refused');
      });
      if ('answer' in result) return result.answer;
      throw accountStopped('no_token', `${platform.title} gave no token (${result.reason}).`);
    },
  });
  return {
    ...{ client, credentials, meter, pause },
    async profile() {
      const found = await profileOf(client, platform, account);
      profile.zone = found.zone ?? undefined;
      return found;
    },
    close: () => http.close(),
  };
}

async function profileOf(client: ApiClient, platform: Platform, account: SourceAccount): Promise<AccountProfile> {
  if (platform.profile === undefined) return { zone: account.zone ?? null, currency: null };
  const result = await client.call(platform.profile.request(account.settings), { phase: 'request', stream: '' }).catch((error: unknown) => {
    throw ofAccount(error);
  });
  const body = 'answer' in result ? result.answer.body : undefined;
  const zone = body?.scalarAt(platform.profile.zone) ?? account.zone;
  if (zone === undefined) throw accountStopped('zone_unknown', `${platform.title} does not say in which time zone the days of the account are.`, 'Add zone to the account in hub.config.yaml.');
  return { zone, currency: body?.scalarAt(platform.profile.currency) ?? null };
}

async function credentialsFor(store: SecretStore, platform: Platform, account: SourceAccount): Promise<Credentials> {
  const credentials: Record<string, string> = {};
  for (const what of credentialsOf(platform.auth)) {
    const name = account.credentials[what];
    const found = name === undefined ? undefined : await store.find(name);
    if (found === undefined) {
      throw accountStopped('credential_missing', `The ${what} of the account is ${name === undefined ? 'not declared' : `not there: neither the environment nor hub secrets has ${name}`}.`, name === undefined ? `Add credentials: {${what}: NAME} to the account in hub.config.yaml.` : `Store it: hub secrets set ${name}`);
    }
    credentials[what] = found.value;
  }
  return credentials;
}

function systemElapsed(): () => number {
  const micros = startMicroTimer();
  return () => micros() / 1_000;
}

/** What ends the account and not only a stream of it: without a token nothing goes on. */
function ofAccount(error: unknown, code?: string): unknown {
  if (!(error instanceof Stopped)) return error;
  const { reason } = error;
  return new Stopped({ ...reason, scope: 'account', ...(code === undefined || reason.transient ? {} : { code }) });
}

function accountStopped(code: string, message: string, next = 'Check the credentials of the account.'): Stopped {
  return new Stopped({ scope: 'account', transient: false, code, message, next });
}

async function orInterrupted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (cause) {
    if (signal.aborted) throw new HubError('interrupted', 'interrupted', 'The extraction was interrupted.', { cause });
    throw cause;
  }
}
