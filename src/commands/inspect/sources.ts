import { HubError } from '../../core/errors.ts';
import { dateOf, parseInstant, toIso, type Instant } from '../../core/time.ts';
import type { Context } from '../../context.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { Confirmation, list as listFlag, option } from '../../cli/flag.ts';
import { namesAmong } from '../../cli/options.ts';
import { textTable } from '../../cli/table.ts';
import { platforms } from '../../sources/platforms/index.ts';

const chosen = {
  source: listFlag('--source <platform...>', 'only these platforms'),
  account: listFlag('--account <name...>', 'only these accounts'),
  stream: listFlag('--stream <name...>', 'only these streams'),
};

const list: Command = {
  name: 'list',
  summary: 'list the streams of all accounts: newest batch, cursor, limits, version',
  options: Object.values(chosen),
  examples: ['hub sources list', 'hub sources list --source shopify'],
  async run(context, options) {
    const [{ allStates }, { newestFinished }, { versionState }] = await Promise.all([
      import('../../sources/extract/extract-state.repository.ts'),
      import('../../sources/extract/extract-batches.repository.ts'),
      import('../../sources/api/version.ts'),
    ]);
    const database = await context.database();
    const [states, newest] = [await allStates(database), await newestFinished(database)];
    const today = dateOf(context.clock.now());
    const items = context.config.sources.flatMap(({ platform: name, account, brand, streams }) => {
      const platform = platforms.find((each) => each.name === name);
      const version = platform === undefined ? undefined : versionState(platform.api.version, today);
      const kept = (platform?.streams ?? []).filter(({ name: stream }) => isChosen(options, { source: name, account, stream }) && (streams?.includes(stream) ?? true));
      return kept.map(({ name: stream, parent }) => {
        const state = states.find((each) => each.platform === name && each.account === account && each.stream === (parent ?? stream));
        return {
          ...{ platform: name, account, brand, stream, newest_batch: newest.get(`${name}/${account}/${stream}`) ?? null, cursor: state?.cursor ?? null },
          ...{ final_until: state?.final_until ?? null, extracted_until: shown(state?.extracted_until), throttled_until: shown(state?.throttled_until) },
          ...{ version: platform?.api.version.value ?? null, version_ends: version?.ends ?? null, version_state: version?.state ?? null },
        };
      });
    });
    const columns = ['platform', 'account', 'stream', 'newest batch', 'cursor', 'final until', 'throttled until', 'version', 'version ends'].map((title) => ({ title }));
    const rows = items.map((item) => [item.platform, item.account, item.stream, item.newest_batch, item.cursor, item.final_until, item.throttled_until, item.version, item.version_ends]);
    return { text: rows.length === 0 ? 'The configuration declares no accounts of platforms. docs/sources.md shows how.' : textTable(columns, rows), json: items };
  },
};

const describe: Command = {
  name: 'describe',
  summary: 'tell how a platform or one of its streams is asked for',
  description: 'Printed from the definition itself: version, limits, streams with keys, fields and how they change, and where its rules are from.',
  arguments: '<platform> [stream]',
  examples: ['hub sources describe stripe', 'hub sources describe shopify orders'],
  async run(_context, _options, [given = '', streamName]) {
    const { describePlatform, describeStream } = await import('../../cli/text/source-text.ts');
    const [name] = namesAmong([given], platforms.map((platform) => platform.name), 'source');
    const platform = platforms.find((each) => each.name === name);
    if (platform === undefined) throw new HubError('unexpected', 'unknown_source', 'The source is not there.');
    if (streamName === undefined) return describePlatform(platform);
    const [stream] = namesAmong([streamName], platform.streams.map((each) => each.name), 'stream');
    return describeStream(platform, stream ?? streamName);
  },
};

const show: Command = {
  name: 'show',
  summary: 'print how far streams were asked for; of a Singer tap its STATE',
  description: 'With one --source that is a Singer tap and one --account, the text is the STATE alone, so that it can be given to the tap: tap --state <(hub sources state show …).',
  options: Object.values(chosen),
  examples: ['hub sources state show --source stripe'],
  async run(context, options) {
    const { allStates } = await import('../../sources/extract/extract-state.repository.ts');
    const states = await allStates(await context.database(), { platform: chosen.source.of(options), account: chosen.account.of(options), stream: chosen.stream.of(options) });
    const json = states.map((state) => ({ ...state, extracted_until: shown(state.extracted_until), throttled_until: shown(state.throttled_until), swept_at: shown(state.swept_at), updated_at: toIso(state.updated_at) }));
    const [only] = states;
    if (states.length === 1 && only?.stream === '*') return { text: only.cursor ?? '{}', json };
    const columns = ['platform', 'account', 'stream', 'cursor', 'extracted until', 'throttled until', 'swept at'].map((title) => ({ title }));
    const rows = json.map((state) => [state.platform, state.account, state.stream, state.cursor, state.extracted_until, state.throttled_until, state.swept_at]);
    return { text: rows.length === 0 ? 'Nothing was asked for yet.' : textTable(columns, rows), json };
  },
};

const one = {
  source: option('--source <platform>', 'the platform').needed(),
  account: option('--account <name>', 'the account').needed(),
  stream: option('--stream <name>', 'the stream; * for the STATE of a Singer tap').needed(),
  yes: new Confirmation('--yes', 'really change it'),
};

const reset: Command = {
  name: 'reset',
  summary: 'forget how far a stream was asked for: the next run lists it anew',
  description: 'Forgets the state of the stream and gives up a batch that is open. What is in the lake stays; the import takes what comes again for what it is.',
  options: Object.values(one),
  examples: ['hub sources state reset --source stripe --account main --stream charges --yes'],
  run: (context, options) => changed(context, options, undefined),
};

const cursor = option('--cursor <value>', 'the cursor that the next run goes on from').needed();

const set: Command = {
  name: 'set',
  summary: 'say how far a stream was asked for',
  description: 'Sets the cursor, back too: the one way in which it goes back. A batch that is open is given up.',
  options: [...Object.values(one), cursor],
  examples: ['hub sources state set --source stripe --account main --stream charges --cursor 2026-11-01T00:00:00Z --yes'],
  run: (context, options) => changed(context, options, cursor.of(options)),
};

async function changed(context: Context, options: OptionValues, to: string | undefined) {
  const key = { platform: one.source.of(options), account: one.account.of(options), stream: one.stream.of(options) };
  const where = `${key.platform}/${key.stream}, account ${key.account}`;
  const isTap = key.stream === '*';
  const at = to === undefined || isTap ? undefined : parseInstant(to);
  if (to !== undefined && !isTap && at === undefined) throw new HubError('usage', 'invalid_cursor', `"${to}" is no cursor.`, { nextStep: 'Give an instant, such as 2026-11-01T00:00:00Z.' });
  if (!one.yes.of(options)) throw new HubError('usage', 'confirmation_missing', `The state of ${where} would be ${to === undefined ? 'forgotten' : 'set'}.`, { nextStep: 'Add --yes if that is what you want.' });
  const { changeStateByHand } = await import('../../sources/extract/change-state.ts');
  const value = to === undefined ? null : at === undefined ? to : toIso(at);
  await changeStateByHand({ ...context, database: await context.database() }, key, value);
  return { text: value === null ? `The state of ${where} is forgotten.` : `The cursor of ${where} is ${value}.`, json: { ...key, cursor: value } };
}

const state: Command = { name: 'state', summary: 'see and change how far streams were asked for', commands: [show, reset, set] };

/** What hub asks of platforms. */
export const sources: Command = { name: 'sources', summary: 'see the platforms that are asked, and how far', commands: [list, describe, state] };

function isChosen(options: OptionValues, names: Readonly<Record<keyof typeof chosen, string>>): boolean {
  return (Object.keys(chosen) as (keyof typeof chosen)[]).every((what) => chosen[what].of(options)?.includes(names[what]) ?? true);
}

function shown(instant: Instant | null | undefined): string | null {
  return instant === null || instant === undefined ? null : toIso(instant);
}
