import type { Config } from '../../config.ts';
import { instantOfBatch } from '../../core/time.ts';
import { relayKinds } from '../../relays/outbox/relay.ts';
import type { Selection } from '../../relays/outbox/selection.ts';
import type { Command, OptionValues } from '../../cli/command.ts';
import { batchRange, rangeGiven } from '../../cli/dates.ts';
import { Confirmation, choice, count, list, listOf, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, dataOptions } from '../../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../../cli/upstream.ts';

const flags = {
  destination: list('--destination <id...>', 'only these destinations'),
  kind: listOf('--kind <kind...>', `only these kinds: ${relayKinds.join(', ')}`, relayKinds),
  status: choice('--status <status>', 'only new ones, only failed ones, or revive those that were given up', ['pending', 'retrying', 'dead']),
  id: list('--id <id...>', 'only these relays'),
  limit: option('--limit <count>', 'at most so many relays', count),
  force: new Confirmation('--force', 'do not wait for their time or the end of a pause; with --id also what is delivered'),
};

/** Sends what waits in the outbox. */
export const resendRelays: Command = {
  name: 'resend-relays',
  summary: 'send the relays that are due: new ones and those that failed',
  description:
    'Sends what waits in the outbox and whose time has come, each destination by itself. What fails is tried again by a ' +
    'later run, on the schedule of its destination. Several runs may work at once. --from and --to choose relays by when ' +
    'they were put into the outbox. Ends with 3 if a relay was given up, or a ' +
    'destination was disabled or cannot be used. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are respected.',
  options: [...dataOptions, ...Object.values(flags)],
  examples: [
    'hub resend-relays',
    'hub resend-relays --dry-run    # what would be sent',
    'hub resend-relays --destination crm --force    # after a fix at the receiver, without waiting',
    'hub resend-relays --status dead --destination crm --from 2026-03-01',
    'hub resend-relays --id rel_0a3f5c77d1e24b9886f0c1d2e3a4b5c6 --force',
    'hub resend-relays --after assemble-orders --max-wait 90m --no-progress',
  ],
  decidesByDate: true,
  async run(context, options) {
    const [asked, range] = [selectionOf(options, context.config), rangeGiven(options)];
    const request = {
      destinations: flags.destination.of(options),
      limit: flags.limit.of(options),
      dryRun: dataFlags.dryRun.of(options),
    };
    const upstream = upstreamOf(options, 'resend-relays');
    const { proxySettings } = await import('../../net/proxy.ts');
    const proxy = proxySettings(context.config.variable);
    const destinations = await context.destinations();
    const database = await context.database(request);
    const selection = { ...asked, range: instantsOf(batchRange(range, context.clock)) };
    await awaitUpstream(context, database, brandsOf(options, context.config), upstream);
    const [{ runResend }, { resendOutput }] = [await import('../../relays/run-resend.ts'), await import('../../cli/outputs/relay-output.ts')];
    const keepBodiesDays = context.config.retention.relay_bodies;
    return resendOutput(await runResend({ ...context, database, destinations, proxy, keepBodiesDays }, { ...request, selection }));
  },
};

/** What the options choose, without the range. */
function selectionOf(options: OptionValues, config: Config): Omit<Selection, 'range'> {
  return {
    status: flags.status.of(options),
    kinds: flags.kind.of(options),
    brands: dataFlags.brand.isGiven(options) ? brandsOf(options, config) : undefined,
    ids: flags.id.of(options),
    force: flags.force.of(options),
    shard: dataFlags.shard.of(options),
  };
}

function instantsOf(range: ReturnType<typeof batchRange>): Selection['range'] {
  return range === undefined ? undefined : { from: instantOfBatch(range.from), until: instantOfBatch(range.until) };
}
