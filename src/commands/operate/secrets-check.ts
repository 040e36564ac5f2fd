import type { Command } from '../../cli/command.ts';
import { list, toggle } from '../../cli/flag.ts';
import { namesAmong } from '../../cli/options.ts';
import { textTable } from '../../cli/table.ts';
import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { dateOf, toIso } from '../../core/time.ts';
import type { SecretCheck } from '../../secrets/secret-check.ts';
import type { SecretRow } from '../../secrets/secret-row.ts';
import type { SourceAccount } from '../../sources/api/account.ts';

const source = list('--source <platform...>', 'only accounts of these platforms');
const offline = toggle('--offline', 'open what is stored and compare it with the configuration, and ask no platform');
/** A check waits for no limit. */
const LONGEST_WAIT_MS = 10_000;

/** Says which secrets work: they open, and the accounts that use them are answered. */
export const check: Command = {
  name: 'check',
  summary: 'open every secret, and ask each account of the configuration for one page with its own',
  description:
    'Says of each secret which accounts use it and whether it is there, opens, has not expired, and is taken: each account is asked ' +
    'for one page, of which nothing is written. Ends with 3 if any is missing, unreadable, expired, refused or unreachable; secrets ' +
    'that expire within 14 days are named.',
  options: [source, offline],
  examples: ['hub secrets check', 'hub secrets check --source stripe', 'hub secrets check --offline'],
  async run(context, options) {
    const [{ allSecrets, markChecked }, { isTrouble, secretChecks }] = await Promise.all([import('../../secrets/secrets.repository.ts'), import('../../secrets/secret-check.ts')]);
    const platforms = source.of(options);
    if (platforms !== undefined) namesAmong(platforms, [...new Set(context.config.sources.map(({ platform }) => platform))].sort(), 'source');
    const accounts = context.config.sources.filter(({ platform }) => platforms?.includes(platform) ?? true);
    const database = await context.database();
    const users = usersOf(accounts);
    const rows = (await database.read(allSecrets)).filter(({ name }) => platforms === undefined || users.has(name));
    const inEnvironment = (name: string): boolean => (context.config.variable(name) ?? '') !== '';
    const unreadable = await unreadableOf(context, rows.filter(({ name }) => !inEnvironment(name)));
    const known = { rows, users, inEnvironment, unreadable, today: dateOf(context.clock.now()) };
    const isWhole = (name: string): boolean => inEnvironment(name) || (rows.some((row) => row.name === name) && !unreadable.has(name));
    const asked = offline.of(options) ? [] : accounts.filter(({ credentials }) => Object.values(credentials).every(isWhole));
    const calls = await callsOf(context, asked);
    const checks = secretChecks({ ...known, calls: new Map([...calls].map(([account, { status }]) => [account, status])) });
    await database.write((tx) => markChecked(tx, rows, checks, context.clock.now()));
    const troubles = [...calls].flatMap(([account, { error }]) => (error === undefined ? [] : [`${account}: ${error}`]));
    return { text: [tableOf(checks), ...(troubles.length > 0 ? ['', ...troubles] : [])].join('\n'), json: { items: checks, accounts: Object.fromEntries(calls) }, refused: checks.some(isTrouble) };
  },
};

/** The accounts that use a secret, `stripe/main`, by its name. */
export function usersOf(accounts: readonly SourceAccount[]): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { platform, account, credentials } of accounts) {
    for (const name of new Set(Object.values(credentials))) users.set(name, [...(users.get(name) ?? []), `${platform}/${account}`]);
  }
  return users;
}

async function unreadableOf(context: Context, rows: readonly SecretRow[]): Promise<Set<string>> {
  const unreadable = new Set<string>();
  if (rows.length === 0) return unreadable;
  const [{ openValue }, ring] = [await import('../../secrets/secret-row.ts'), await context.keyRing()];
  for (const row of rows) {
    try {
      await openValue(ring, row.name, row);
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'refused') throw error;
      unreadable.add(row.name);
    }
  }
  return unreadable;
}

interface Call {
  readonly status: 'ok' | 'refused' | 'unreachable';
  readonly error?: string;
}

/** Asks each account for one page of its first stream, as a dry run of hub extract does. */
async function callsOf(context: Context, accounts: readonly SourceAccount[]): Promise<Map<string, Call>> {
  if (accounts.length === 0) return new Map();
  const [{ platforms }, { runExtract }, { proxySettings }] = await Promise.all([import('../../sources/platforms/index.ts'), import('../../sources/extract/run-extract.ts'), import('../../net/proxy.ts')]);
  const services = { ...context, database: await context.database({ dryRun: true }), lake: await context.sourceLake(), store: await context.secrets(), proxy: proxySettings(context.config.variable) };
  const asked = accounts.flatMap((account) =>
    platforms
      .filter(({ name }) => name === account.platform)
      .map((platform) => ({ platform, account, streams: platform.streams.filter(({ extraction, name }) => extraction !== undefined && (account.streams?.includes(name) ?? true)).slice(0, 1) })),
  );
  const { items } = await runExtract(services, { accounts: asked, range: undefined, shard: '1/1', maxWaitMs: LONGEST_WAIT_MS, maxRequests: undefined, dryRun: true, params: {} });
  return new Map(items.map((item) => [`${String(item['platform'])}/${String(item['account'])}`, callOf(item)] as const));
}

function callOf({ status, error }: Readonly<Record<string, unknown>>): Call {
  const told = typeof error === 'string' ? { error } : {};
  return status === 'failed' ? { status: 'refused', ...told } : status === 'done' ? { status: 'ok' } : { status: 'unreachable', ...told };
}

function tableOf(checks: readonly SecretCheck[]): string {
  if (checks.length === 0) return 'No secret is stored, and no account needs one.';
  const columns = ['name', 'used by', 'from', 'expires', 'state'].map((title) => ({ title }));
  return textTable(columns, checks.map(({ name, users, from, expires_at: at, expires_soon: soon, state }) => [name, users.join(', '), from, at === null ? null : `${toIso(at)}${soon ? ' (soon)' : ''}`, state]));
}

