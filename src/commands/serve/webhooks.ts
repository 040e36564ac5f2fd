import { textTable } from '../../cli/table.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { batchFlags, batchRange, rangeGiven } from '../../cli/dates.ts';
import { Confirmation, count, list as several, listOf, option, toggle } from '../../cli/flag.ts';
import { brandsOf, dataFlags } from '../../cli/options.ts';
import { idsOrAll } from '../../cli/selection.ts';
import { limitLine } from '../../cli/text/problems-text.ts';
import { webhookRunText } from '../../cli/outputs/webhook-output.ts';
import { userHashOf } from '../../cli/user-hash.ts';
import type { Context } from '../../context.ts';
import { instantOfBatch, toIso } from '../../core/time.ts';
import type { EventFilter } from '../../webhooks/intake/show.repository.ts';
import { webhookStates } from '../../webhooks/actions/outcome.ts';
import type { WebhookHead } from '../../webhooks/intake/tables.ts';

const filterFlags = {
  brand: several('--brand <id...>', 'only of these brands'),
  source: several('--source <id...>', 'only of these sources'),
  type: several('--type <type...>', 'only of these types, as they were sent'),
  state: listOf('--state <state...>', `only in these states: ${webhookStates.join(', ')}`, webhookStates),
  ...{ from: batchFlags.from, to: batchFlags.to },
};
const listFlags = { ...filterFlags, limit: option('--limit <count>', 'how many at most', count).or('20') };
const selectionFlags = { ...filterFlags, all: new Confirmation('--all', 'all that the filters leave'), dryRun: dataFlags.dryRun };

const list: Command = {
  name: 'list',
  summary: 'list the newest webhooks with what became of them',
  options: Object.values(listFlags),
  examples: ['hub webhooks list', 'hub webhooks list --state dead --source stripe-alpina --limit 100 --output json'],
  async run(context, options) {
    const database = await context.database();
    const { listEvents, sumEvents } = await import('../../webhooks/intake/show.repository.ts');
    const filter = filterOf(options, context);
    const limit = listFlags.limit.of(options);
    const [sums, items] = await database.read(async (knex) => [await sumEvents(knex, filter), await listEvents(knex, filter, limit)] as const);
    const json = { sums, items: items.map(shown) };
    if (items.length === 0) return { text: 'There are no such webhooks.', json };
    const sumTable = textTable(
      [{ title: 'source' }, { title: 'state' }, { title: 'reason' }, { title: 'events', align: 'right' }, { title: 'deliveries', align: 'right' }],
      sums.map((sum) => [sum.source, sum.state, sum.reason, sum.events, sum.deliveries]),
    );
    const table = textTable(
      [{ title: 'id' }, { title: 'source' }, { title: 'type' }, { title: 'received' }, { title: 'deliveries', align: 'right' }, { title: 'state' }, { title: 'action' }, { title: 'reason' }],
      items.map((item) => [item.webhook_id, item.source, item.type, toIso(item.received_at), item.deliveries, item.state, item.action, item.reason]),
    );
    const more = limitLine('newest', items.length, sums.reduce((sum, { events }) => sum + events, 0), 'webhooks');
    return { text: [sumTable, '', table, '', ...more, 'One of them: hub webhooks show <id>'].join('\n'), json };
  },
};

const body = toggle('--body', 'show its body too; it may hold personal data');

const show: Command = {
  name: 'show',
  summary: 'show one webhook with what became of it',
  arguments: '<id>',
  options: [body],
  examples: ['hub webhooks show whk_0a3f5c77d1e24b9886f0c1d2', 'hub webhooks show stripe-alpina/evt_1 --body'],
  async run(context, options, [id = '']) {
    const database = await context.database();
    const { findEvent } = await import('../../webhooks/intake/show.repository.ts');
    const { event, hints } = await database.read((knex) => findEvent(knex, brandsOf(options, context.config), id));
    const { headers, body: text, is_base64: isBase64, ...head } = event;
    const facts = Object.entries(shown(head)).flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(17)} ${String(value)}`]));
    const bodyLine = `${'body'.padEnd(17)} ${text === null ? 'removed' : body.of(options) ? `${isBase64 ? '(base64) ' : ''}${text}` : 'kept; show it with --body'}`;
    const hintLines = hints.map(({ object, object_id: objectId, fetched_at: at }) => `${'hint'.padEnd(17)} ${object} ${objectId}, ${at === null ? 'not fetched yet' : `fetched ${toIso(at)}`}`);
    const json = {
      ...{ ...shown(head), headers: JSON.parse(headers) as unknown, has_body: text !== null },
      hints: hints.map(({ object, object_id: objectId, hinted_at: at, fetched_at: fetched }) => ({ object, object_id: objectId, hinted_at: toIso(at), fetched_at: fetched === null ? null : toIso(fetched) })),
      ...(body.of(options) ? { body: text, is_base64: Boolean(isBase64) } : {}),
    };
    return { text: [...facts, ...hintLines, bodyLine].join('\n'), json };
  },
};

const replay: Command = {
  name: 'replay',
  summary: 'do webhooks again by the declarations of today, also those that were done',
  description:
    'Runs the actions of config/webhooks.yaml again: for dead letters once what they name is mended, for others if their ' +
    'declaration has changed. An event that was done makes no second lead or consent; its hint counts again. Those whose body ' +
    'was purged stay as they are. Ends with 3 if one could not be done.',
  arguments: '[id...]',
  options: Object.values(selectionFlags),
  examples: ['hub webhooks replay --all --state dead --dry-run', 'hub webhooks replay whk_0a3f5c77d1e24b9886f0c1d2', 'hub webhooks replay --all --source stripe-alpina --from 2026-03-10 --to 2026-03-11'],
  async run(context, options, ids) {
    const request = { filter: selectionOf(options, ids, context), dryRun: selectionFlags.dryRun.of(options) };
    const database = await context.database(request);
    const { eventOutboxOf, leadImportOf } = await import('../../cli/lead-import.ts');
    const { runReplay } = await import('../../webhooks/intake/run-replay.ts');
    const report = await runReplay({ ...context, database }, request, { webhooks: await context.webhooks(), leads: await leadImportOf(context, database), userHash: userHashOf(context.config), events: await eventOutboxOf(context, database) });
    return { text: webhookRunText(report, 'done again'), json: report, refused: report.status === 'refused' };
  },
};

const discard: Command = {
  name: 'discard',
  summary: 'close webhooks that nobody wants; their rows stay',
  arguments: '[id...]',
  options: Object.values(selectionFlags),
  examples: ['hub webhooks discard stripe-alpina/evt_1', 'hub webhooks discard --all --state dead --type charge.updated'],
  async run(context, options, ids) {
    const request = { filter: selectionOf(options, ids, context), dryRun: selectionFlags.dryRun.of(options) };
    const database = await context.database(request);
    const { runDiscard } = await import('../../webhooks/intake/run-replay.ts');
    const report = await runDiscard({ ...context, database }, request);
    return { text: webhookRunText(report, 'closed'), json: report };
  },
};

/** Looks after inbound webhooks. */
export const webhooks: Command = {
  name: 'webhooks',
  summary: 'look at the webhooks that came, do them again or close them',
  commands: [list, show, replay, discard],
};

function filterOf(options: OptionValues, context: Context): EventFilter {
  const range = batchRange(rangeGiven(options), context.clock);
  return {
    ...{ brands: brandsOf(options, context.config), sources: filterFlags.source.of(options), types: filterFlags.type.of(options), states: filterFlags.state.of(options) },
    range: range === undefined ? undefined : { from: instantOfBatch(range.from), until: instantOfBatch(range.until) },
  };
}

function selectionOf(options: OptionValues, ids: readonly string[], context: Context): EventFilter {
  const remedy = 'Give ids of hub webhooks list, or --all with filters such as --state dead.';
  return { ...filterOf(options, context), ids: idsOrAll(ids, selectionFlags.all.of(options), { what: 'webhooks', remedy }) };
}

/** Without its body; instants as ISO 8601. */
function shown({ received_at: received, last_received_at: last, updated_at: decided, ...head }: WebhookHead) {
  return { ...head, received_at: toIso(received), last_received_at: toIso(last), updated_at: toIso(decided) };
}
