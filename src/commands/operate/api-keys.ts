import { HubError } from '../../core/errors.ts';
import { addMillis, parseDuration, parseInstant, toIso, type Clock, type Instant } from '../../core/time.ts';
import type { Context } from '../../context.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { choice, count, list as several, listOf, option, toggle } from '../../cli/flag.ts';
import { knownBrands, namesAmong } from '../../cli/options.ts';
import { textTable } from '../../cli/table.ts';
import type { ApiKey } from '../../serve/keys/api-key.ts';
import { roles } from '../../serve/keys/roles.ts';

const LONGEST_MS = 100 * 365 * 86_400_000;

const flags = {
  role: choice('--role <role>', 'what it is for: reader (feeds, runs, health), ingest (orders, leads, events, consents), operator (reader, and webhooks without bodies), admin', roles).needed(),
  brand: several('--brand <id...>', 'only these brands (default: all, also later ones)'),
  feed: several('--feed <name...>', 'only these feeds (default: all, also later ones)'),
  expires: option('--expires <when>', 'when it ends: how long from now (90d), a date (midnight UTC), or never').or('365d'),
  inUrl: toggle('--in-url', 'also take it as ?key=, which ends up in histories and logs of others: only for programs that can send no header'),
};

const create: Command = {
  name: 'create',
  summary: 'make a key for a program that asks hub serve; it is shown once',
  description:
    'Prints the key, hub_<id>_<secret>, and keeps only the hash of its secret: nobody can be shown it again. Send it as ' +
    '"Authorization: Bearer <key>", or as Basic with the id as user and the secret as password, as Excel does.',
  arguments: '<name>',
  options: Object.values(flags),
  examples: ['hub keys create "shop checkout" --role ingest --brand alpina', 'hub keys create excel --role reader --feed orders --expires 90d', 'hub keys create prometheus --role reader --expires never'],
  async run(context, options, [name = '']) {
    const { createKey } = await import('../../serve/keys/run-keys.ts');
    const { keyText } = await import('../../serve/keys/key-text.ts');
    const brands = flags.brand.of(options);
    const wish = {
      ...{ name, role: flags.role.of(options), mayBeInUrl: flags.inUrl.of(options), expiresAt: expiry(flags.expires.of(options), context.clock) },
      ...{ brands: brands === undefined ? null : knownBrands(brands, context.config), feeds: await feedsOf(options, context) },
    };
    const { key, made, report } = await createKey({ ...context, database: await context.database() }, wish);
    const item = shown(key, context.clock);
    const facts: readonly (readonly [string, string])[] = [
      ['key', keyText(made)],
      ['as Basic', `user ${made.id}, password ${made.secret}`],
      ['role', `${item.role}: ${item.permissions.join(', ')}`],
      ['brands', item.brands?.join(', ') ?? 'all'],
      ['feeds', item.permissions.includes('feeds') ? (item.feeds?.join(', ') ?? 'all') : 'none'],
      ['expires', item.expires_at ?? 'never'],
    ];
    return { text: [...facts.map(([label, value]) => `${label.padEnd(9)} ${value}`), '', 'This is the only time that the key is shown.'].join('\n'), json: { ...report, key: keyText(made), ...item } };
  },
};

const listFlags = {
  state: listOf('--state <state...>', 'only in these states: active, expired, revoked', ['active', 'expired', 'revoked']),
  limit: option('--limit <count>', 'how many at most', count).or('100'),
};

const list: Command = {
  name: 'list',
  summary: 'list the keys: what they may do, until when, when they were last used; never a key',
  options: Object.values(listFlags),
  examples: ['hub keys list', 'hub keys list --state active --output json'],
  async run(context, options) {
    const { allKeys } = await import('../../serve/keys/keys.repository.ts');
    const states = listFlags.state.of(options);
    const limit = listFlags.limit.of(options);
    const found = (await (await context.database()).read(allKeys)).map((key) => shown(key, context.clock)).filter((item) => states === undefined || states.some((state) => state === item.state));
    const items = found.slice(0, limit);
    if (items.length === 0) return { text: 'There are no such keys. Make one with: hub keys create <name> --role <role>', json: { items } };
    const columns = ['id', 'name', 'role', 'brands', 'feeds', 'state', 'last used'].map((title) => ({ title }));
    const rows = items.map((item) => [item.id, item.name, item.role, item.brands?.join(', ') ?? 'all', item.feeds?.join(', ') ?? 'all', stateText(item), item.last_used_on ?? 'never']);
    const more = found.length > items.length ? [`The newest ${items.length} of ${found.length} keys; more with --limit.`] : [];
    return { text: [textTable(columns, rows), ...more].join('\n'), json: { items } };
  },
};

const revoke: Command = {
  name: 'revoke',
  summary: 'end a key for good; servers take it for half a minute more at most',
  arguments: '<id>',
  examples: ['hub keys revoke k3j7x2ab'],
  async run(context, _options, [given = '']) {
    const { parseKeyId } = await import('../../serve/keys/key-text.ts');
    const { revokeKey, unknownKey } = await import('../../serve/keys/run-keys.ts');
    const id = parseKeyId(given);
    // What is given may be a whole key, which no message repeats.
    if (id === undefined) throw unknownKey('of that id');
    const report = await revokeKey({ ...context, database: await context.database() }, id);
    return { text: report.totals['updated'] === 1 ? `The key ${id} is revoked.` : `The key ${id} was revoked already.`, json: report };
  },
};

/** Looks after the keys of programs that ask hub serve. */
export const apiKeyCommands: readonly Command[] = [create, list, revoke];

/** A key without the hash of its secret. */
function shown({ id, name, role, permissions, brands, feeds, mayBeInUrl, createdAt, expiresAt, revokedAt, lastUsedOn }: ApiKey, clock: Clock) {
  const state = revokedAt !== null ? 'revoked' : expiresAt !== null && expiresAt <= clock.now() ? 'expired' : 'active';
  return {
    ...{ id, name, role, permissions, brands, feeds, state, in_url: mayBeInUrl, created_at: toIso(createdAt) },
    ...{ expires_at: isoOf(expiresAt), revoked_at: isoOf(revokedAt), last_used_on: lastUsedOn },
  };
}

function isoOf(at: Instant | null): string | null {
  return at === null ? null : toIso(at);
}

/** @throws HubError usage */
function expiry(text: string, clock: Clock): Instant | null {
  if (text === 'never') return null;
  const duration = parseDuration(text);
  const at = duration === undefined ? parseInstant(text) : addMillis(clock.now(), Math.min(duration, LONGEST_MS));
  if (at !== undefined) return at;
  throw new HubError('usage', 'invalid_expiry', `"${text}" is no value of --expires.`, { nextStep: 'Give how long from now (90d), a date (2027-06-30), or never.' });
}

/** The named feeds, each once. @throws HubError usage, naming the feeds that there are */
async function feedsOf(options: OptionValues, context: Context): Promise<readonly string[] | null> {
  const wanted = flags.feed.of(options);
  if (wanted === undefined) return null;
  const { file, feeds } = await context.servedFeeds();
  return [...new Set(namesAmong(wanted, [...feeds.keys()], 'feed', ` Feeds are declared in ${file}.`))];
}

/** `to 2027-02-28` of one that is in force. */
function stateText({ state, expires_at: expires }: ReturnType<typeof shown>): string {
  if (state !== 'active') return state;
  return expires === null ? 'no end' : `to ${expires.slice(0, 10)}`;
}
