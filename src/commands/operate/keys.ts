import { HubError } from '../../core/errors.ts';
import type { Context } from '../../context.ts';
import { fingerprintOf, idKeyState, idKeyUse, replaceIdKey, type IdKeyUse } from '../../orders/ids/id-key.repository.ts';
import { liveRunsOf } from '../../engine/runs/locks.repository.ts';
import { formatCount } from '../../core/text/counts.ts';
import type { Command } from '../../cli/command.ts';
import { Confirmation } from '../../cli/flag.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import { apiKeyCommands } from './api-keys.ts';

const WRITERS = ['assemble-orders', 'attribute-refunds'];

const show: Command = {
  name: 'show',
  summary: 'tell whether HUB_ID_KEY is the key that the database was filled with',
  description: 'Shows the fingerprint of HUB_ID_KEY, and whether the database was filled with it. A fingerprint tells nothing of the key.',
  examples: ['hub keys id show'],
  async run(context) {
    const key = requireIdKey(context.config);
    const state = await (await context.database()).read((knex) => idKeyState(knex, key));
    const text = { new: 'No id was made with it yet.', same: 'The database was filled with it.', another: 'The database was filled with another key: set HUB_ID_KEY to that one, or see with hub keys id rotate what another one changes.' }[state];
    return { text: `Fingerprint ${fingerprintOf(key)}. ${text}`, json: { fingerprint: fingerprintOf(key), state }, failed: state === 'another' };
  },
};

const yes = new Confirmation('--yes', 'really replace the key');

const rotate: Command = {
  name: 'rotate',
  summary: 'make HUB_ID_KEY the key of the database in the place of another one',
  description:
    'Takes the HUB_ID_KEY of the environment for the key of the database. Every person, customer account, order, document and ' +
    'credit note gets another public id with the next assemble-orders and attribute-refunds: who was sent documents gets each ' +
    'order under its new id. Without --yes it says how many, and changes nothing.',
  options: [yes],
  examples: ['hub keys id rotate', 'hub keys id rotate --yes'],
  async run(context, options) {
    const key = requireIdKey(context.config);
    const database = await context.database();
    const [state, use] = await database.read(async (knex) => [await idKeyState(knex, key), await idKeyUse(knex)] as const);
    const json = { fingerprint: fingerprintOf(key), state, ...use, replaced: false };
    if (state !== 'another') return { text: 'HUB_ID_KEY is the key of this database: there is nothing to replace.', json };
    if (!yes.of(options)) {
      throw new HubError('usage', 'confirmation_missing', `With this HUB_ID_KEY ${followsOf(use)}.`, { context: { ...use }, nextStep: 'Add --yes if that is what you want; else set HUB_ID_KEY to the key of before.' });
    }
    await refuseBesideWriters(context);
    await database.write((tx) => replaceIdKey(tx, key, context.clock.now()));
    return { text: `The key was replaced: ${followsOf(use)}. Run: hub assemble-orders, hub attribute-refunds`, json: { ...json, replaced: true } };
  },
};

/** A run that works with the old key would write old ids after the key was replaced. */
async function refuseBesideWriters(context: Context): Promise<void> {
  const [live] = await liveRunsOf(await context.database(), WRITERS);
  if (live === undefined) return;
  throw new HubError('locked', 'lock_held', `Run ${live} makes ids with the key of before.`, { nextStep: `Wait until it ends: hub runs show ${live}` });
}

function followsOf({ persons, orders, documents }: IdKeyUse): string {
  return `${formatCount(persons)} persons and ${formatCount(orders)} orders get other public ids, and ${formatCount(documents)} documents go to the destinations of orders again, each under its new id`;
}

/** Looks after the keys that the hub works with. */
export const keys: Command = {
  name: 'keys',
  summary: 'look after the keys of programs that ask hub serve, and the key of public ids',
  commands: [...apiKeyCommands, { name: 'id', summary: 'the key of public ids (HUB_ID_KEY)', commands: [show, rotate] }],
};
