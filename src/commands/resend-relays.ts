import { Option } from 'commander';

import type { Config } from '../config.ts';
import { instantOfBatch } from '../core/time.ts';
import { relayKinds, type RelayKind } from '../relays/outbox/relay.ts';
import type { Selection } from '../relays/outbox/selection.ts';
import type { Command, OptionValues } from '../cli/command.ts';
import { batchRange, rangeGiven } from '../cli/dates.ts';
import { Confirmation, brandsOf, countOf, dataOptions, listed, listedOf, shardOf } from '../cli/options.ts';
import { awaitUpstream, upstreamOf } from '../cli/upstream.ts';

/** Sends what waits in the outbox. */
export const resendRelays: Command = {
  name: 'resend-relays',
  summary: 'send the relays that are due: new ones and those that failed',
  description:
    'Sends what waits in the outbox and whose time has come, each destination by itself. What fails is tried again by a ' +
    'later run, on the schedule of its destination. Several runs may work at once. --from and --to choose relays by when ' +
    'they were put into the outbox. Ends with 3 if a relay was given up, or a ' +
    'destination was disabled or cannot be used. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are respected.',
  options: [
    ...dataOptions(),
    new Option('--destination <id...>', 'only these destinations').argParser(listed),
    new Option('--kind <kind...>', `only these kinds: ${relayKinds.join(', ')}`).argParser(listedOf(relayKinds)),
    new Option('--status <status>', 'only new ones, only failed ones, or revive those that were given up').choices(['pending', 'retrying', 'dead']),
    new Option('--id <id...>', 'only these relays').argParser(listed),
    new Option('--limit <count>', 'at most so many relays'),
    new Confirmation('--force', 'do not wait for their time or the end of a pause; with --id also what is delivered'),
  ],
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
      destinations: options['destination'] as string[] | undefined,
      limit: countOf(options, 'limit', '--limit'),
      dryRun: options['dryRun'] === true,
    };
    const upstream = upstreamOf(options, 'resend-relays');
    const { proxySettings } = await import('../net/proxy.ts');
    const proxy = proxySettings(context.config.variable);
    const destinations = await context.destinations();
    const database = await context.database(request);
    const selection = { ...asked, range: instantsOf(batchRange(range, context.clock)) };
    await awaitUpstream(context, database, brandsOf(options, context.config), upstream);
    const [{ runResend }, { resendOutput }] = await Promise.all([import('../relays/run-resend.ts'), import('../cli/text/relay-output.ts')]);
    const keepBodiesDays = context.config.retention.relay_bodies;
    return resendOutput(await runResend({ ...context, database, destinations, proxy, keepBodiesDays }, { ...request, selection }));
  },
};

/** What the options choose, without the range. */
function selectionOf(options: OptionValues, config: Config): Omit<Selection, 'range'> {
  return {
    status: options['status'] as Selection['status'],
    kinds: options['kind'] as RelayKind[] | undefined,
    brands: options['brand'] === undefined ? undefined : brandsOf(options, config),
    ids: options['id'] as string[] | undefined,
    force: options['force'] === true,
    shard: shardOf(options),
  };
}

function instantsOf(range: ReturnType<typeof batchRange>): Selection['range'] {
  return range === undefined ? undefined : { from: instantOfBatch(range.from), until: instantOfBatch(range.until) };
}
