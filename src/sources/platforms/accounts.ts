import { z } from 'zod';

import { accountSchema, type SourceAccount } from '../api/account.ts';
import { credentialsOf } from '../api/auth.ts';
import type { Platform } from '../api/platform.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import { platforms } from './index.ts';

/** Something wrong with an account, at a path below it. */
interface AccountFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** The accounts of hub.config.yaml, checked against what their platforms need. */
export const accountsSchema = z
  .array(accountSchema)
  .default([])
  .superRefine((accounts, context) => {
    for (const [index, account] of accounts.entries()) {
      const first = accounts.findIndex((other) => other.platform === account.platform && other.account === account.account);
      const faults = first < index ? [{ path: ['account'], message: 'is declared twice for this platform' }] : faultsOf(account);
      for (const { path, message } of faults) context.addIssue({ code: 'custom', path: [index, ...path], message });
    }
  });

function faultsOf(account: SourceAccount): AccountFault[] {
  const platform = platforms.find(({ name }) => name === account.platform);
  if (platform === undefined) return [{ path: ['platform'], message: `is none that hub knows. ${useOneOf(account.platform, platforms.map(({ name }) => name))}` }];
  return [...namesFaults(account, platform), ...settingFaults(account, platform)];
}

function namesFaults({ credentials, streams = [] }: SourceAccount, platform: Platform): AccountFault[] {
  const needed = credentialsOf(platform.auth);
  const known = platform.streams.filter(({ parent }) => parent === undefined).map(({ name }) => name);
  const missing = needed.filter((name) => credentials[name] === undefined);
  return [
    ...missing.map((name) => ({ path: ['credentials'], message: `lacks ${name}: the name of the secret with it` })),
    ...Object.keys(credentials).filter((name) => !needed.includes(name)).map((name) => ({ path: ['credentials', name], message: `is none of ${platform.title}: ${needed.join(', ')}` })),
    ...streams.filter((name) => !known.includes(name)).map((name) => ({ path: ['streams', String(streams.indexOf(name))], message: `is no stream of ${platform.title}. ${useOneOf(name, known)}` })),
  ];
}

function settingFaults({ settings, base_url: baseUrl }: SourceAccount, platform: Platform): AccountFault[] {
  const unknown = Object.keys(settings).filter((name) => platform.settings[name] === undefined);
  const wrong = Object.entries(platform.settings).filter(([name, { form, optional, inRequests }]) => (settings[name] === undefined ? optional !== true && (baseUrl === undefined || inRequests === true) : !form.test(settings[name])));
  return [
    ...unknown.map((name) => ({ path: ['settings', name], message: `is no setting of ${platform.title}` })),
    ...wrong.map(([name, { meaning }]) => ({ path: settings[name] === undefined ? ['settings'] : ['settings', name], message: `${settings[name] === undefined ? `lacks ${name}, which ` : ''}must be ${meaning}` })),
  ];
}
