import { HubError } from '../../core/errors.ts';
import { formatCount } from '../../core/text/counts.ts';
import { daysBetween, dateOf, parseInstant, toIso, type Instant } from '../../core/time.ts';
import type { Context } from '../../context.ts';
import type { JobReport, JobServices } from '../../engine/runs/job.ts';
import type { Command } from '../../cli/command.ts';
import { Confirmation, option, toggle } from '../../cli/flag.ts';
import { hiddenInput } from '../../cli/hidden-input.client.ts';
import { textTable } from '../../cli/table.ts';
import { check, usersOf } from './secrets-check.ts';

const expires = option('--expires <date>', 'when the platform lets it expire (YYYY-MM-DD); doctor warns 14 days before', expiry);

const set: Command = {
  name: 'set',
  summary: 'store a secret, encrypted; the value comes from standard input or a prompt',
  description:
    'Encrypts the value with a data key of its own (AES-256-GCM), which the first key of HUB_SECRETS_KEY wraps, and stores it in ' +
    'the place of an earlier one. The value is read from standard input or asked for without echo, and is never an argument. ' +
    'A variable of the same name in the environment comes before it.',
  arguments: '<name>',
  options: [expires],
  examples: ['hub secrets set SHOP_CLIENT_SECRET < secret.txt', 'hub secrets set SHOP_CLIENT_SECRET --expires 2027-06-30'],
  async run(context, options, [given = '']) {
    const { requireSecretName, setSecret } = await import('../../secrets/run-secrets.ts');
    const name = requireSecretName(given);
    const expiresAt = expires.of(options) ?? null;
    const ring = await context.keyRing();
    const value = await hiddenInput(`Value of ${name}: `, context.lines('-'));
    const report = await setSecret(await servicesOf(context), ring, { name, value, expiresAt });
    const shadow = (context.config.variable(name) ?? '') === '' ? '' : ` The environment has ${name} too, and comes before it.`;
    return { text: `${name} is stored.${shadow}`, json: report };
  },
};

const list: Command = {
  name: 'list',
  summary: 'list secrets: who uses them, their key, age, end of life and last check, never a value',
  examples: ['hub secrets list'],
  async run(context) {
    const { allSecrets } = await import('../../secrets/secrets.repository.ts');
    const database = await context.database();
    const today = dateOf(context.clock.now());
    const users = usersOf(context.config.sources);
    const items = (await database.read(allSecrets)).map((row) => ({
      name: row.name,
      users: users.get(row.name) ?? [],
      key_id: row.key_id,
      age_days: daysBetween(dateOf(row.set_at), today),
      expires_at: shown(row.expires_at),
      checked_at: shown(row.checked_at),
      check_status: row.check_status,
      in_environment: (context.config.variable(row.name) ?? '') !== '',
    }));
    if (items.length === 0) return { text: 'No secret is stored.', json: { items } };
    const columns = [{ title: 'name' }, { title: 'used by' }, { title: 'key' }, { title: 'age (days)', align: 'right' as const }, { title: 'expires' }, { title: 'checked' }, { title: 'result' }, { title: 'taken' }];
    const rows = items.map((item) => [item.name, item.users.join(', '), item.key_id, String(item.age_days), item.expires_at, item.checked_at, item.check_status, item.in_environment ? 'no: the environment has it' : 'yes']);
    return { text: textTable(columns, rows), json: { items } };
  },
};

const data = toggle('--data', 'also encrypt each value anew, with a new data key');

const rotate: Command = {
  name: 'rotate',
  summary: 'wrap every secret with the first key of HUB_SECRETS_KEY',
  description:
    'Goes row by row; stopped and called again it goes on. Put the new key first and keep the old one behind it until a rotation ' +
    'has ended with 0: HUB_SECRETS_KEY=new:…,old:…. A row that no key opens stays as it is, and the command ends with 3.',
  options: [data],
  examples: ['hub secrets rotate', 'hub secrets rotate --data'],
  async run(context, options) {
    const { rotateSecrets } = await import('../../secrets/run-secrets.ts');
    const report = await rotateSecrets(await servicesOf(context), await context.keyRing(), data.of(options));
    const { updated, unchanged, rejected } = report.totals as Record<'updated' | 'unchanged' | 'rejected', number>;
    const text = `${formatCount(updated)} wrapped anew, ${formatCount(unchanged)} had the key already, ${formatCount(rejected)} did not open.`;
    return { text: [text, ...warningsOf(report)].join('\n'), json: report, refused: report.status === 'refused' };
  },
};

const yes = new Confirmation('--yes', 'really delete it');

const remove: Command = {
  name: 'remove',
  summary: 'delete a secret',
  arguments: '<name>',
  options: [yes],
  examples: ['hub secrets remove SHOP_CLIENT_SECRET --yes'],
  async run(context, options, [given = '']) {
    const { removeSecret, requireSecretName } = await import('../../secrets/run-secrets.ts');
    const name = requireSecretName(given);
    if (!yes.of(options)) throw new HubError('usage', 'confirmation_missing', `Accounts that use ${name} can then ask for nothing.`, { nextStep: 'Add --yes if that is what you want.' });
    const report = await removeSecret(await servicesOf(context), name);
    return { text: `${name} is deleted.`, json: report };
  },
};

/** Looks after the credentials of sources. */
export const secrets: Command = {
  name: 'secrets',
  summary: 'store the credentials of sources encrypted, and rotate the key over them',
  commands: [set, list, check, rotate, remove],
};

async function servicesOf(context: Context): Promise<JobServices> {
  return { ...context, database: await context.database() };
}

function shown(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}

function warningsOf({ problems }: JobReport): string[] {
  return problems.map(({ message }) => message);
}

/** @throws HubError usage */
function expiry(text: string, flag: string): Instant {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  throw new HubError('usage', 'invalid_date', `"${text}" is no date for ${flag}.`, { nextStep: 'Give YYYY-MM-DD.' });
}
