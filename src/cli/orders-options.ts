import type { Config } from '../config.ts';
import type { Context } from '../context.ts';
import { EMBEDDED_ID_KEY } from '../environment.ts';
import { HubError } from '../core/errors.ts';
import { problem, type Problem } from '../core/problem.ts';
import { asKey } from '../db/key-lookup.ts';
import type { DeclaredDestination } from '../relays/destinations/destination.ts';
import type { OrdersRequest, OrdersServices } from '../orders/run-orders.ts';
import type { OrdersCommand } from '../orders/queue.repository.ts';
import type { OptionValues } from './command.ts';
import { datesGiven, requireNearDates } from './dates.ts';
import { list } from './flag.ts';
import { brandsOf, dataFlags, dataOptions, recompute } from './options.ts';
import { awaitUpstream, upstreamOf } from './upstream.ts';

/** A random text of 32 hex digits has 128 bits. */
const LEAST_KEY_LENGTH = 32;

const account = list('--account <id...>', 'only these billing accounts, with all accounts of their persons');

/** Options of the commands on orders. */
export const ordersOptions = [...dataOptions, account, recompute];

/** What the options ask the orders stage for. */
export function ordersRequestOf(command: OrdersCommand, options: OptionValues, context: Context): OrdersRequest {
  return {
    command,
    allBrands: context.config.brands.map(({ id }) => id),
    brands: brandsOf(options, context.config),
    accounts: account.of(options)?.map(asKey),
    range: datesGiven(options),
    shard: dataFlags.shard.of(options),
    dryRun: dataFlags.dryRun.of(options),
    recompute: recompute.of(options),
  };
}

/** Opens what the stage works with, once the command that --after names has succeeded. */
export async function ordersServicesOf(context: Context, request: OrdersRequest, options: OptionValues): Promise<OrdersServices> {
  const upstream = upstreamOf(options, request.command);
  const idKey = requireIdKey(context.config);
  const destinations = await context.destinations();
  const found = await brokenProblems(destinations);
  for (const { message, code, next } of found) context.logger.warn(message, { code, next });
  const database = await context.database(request);
  requireNearDates(request.range, context.clock);
  await awaitUpstream(context, database, request.brands, upstream);
  const { createOutbox } = await import('../relays/outbox.ts');
  return { ...context, database, outbox: createOutbox(database, destinations, context.clock), idKey, spill: context.config.attribution.spill, found };
}

/** What is for a destination that cannot be used waits in the outbox: the work goes on, and says so. */
async function brokenProblems(destinations: readonly DeclaredDestination[]): Promise<Problem[]> {
  const { brokenAmong } = await import('../relays/destinations/choose.ts');
  return brokenAmong(destinations).map(({ id, problem: why }) =>
    problem('destination_invalid', `what is for ${id} waits in the outbox, as it cannot be used: ${why}`, { next: 'Correct it, then run hub doctor.' }),
  );
}

/**
 * The key of ids that leave the hub.
 * @throws HubError configuration if a database that is not embedded has none, or if it can be guessed
 */
export function requireIdKey({ idKey }: Pick<Config, 'idKey'>): string {
  const nextStep = 'Set it to a long random text (openssl rand -hex 32) and keep it: with another key every id changes.';
  if (idKey === undefined) {
    throw new HubError('configuration', 'id_key_missing', 'HUB_ID_KEY is not set: ids that leave the hub are hashes made with it.', { nextStep });
  }
  if (idKey === EMBEDDED_ID_KEY || idKey.length >= LEAST_KEY_LENGTH) return idKey;
  throw new HubError('configuration', 'id_key_weak', `HUB_ID_KEY has ${idKey.length} characters: from so short a key ids can be guessed back. It needs ${LEAST_KEY_LENGTH} at least.`, {
    nextStep: `${nextStep} To change the key of a database that has ids already: hub keys id rotate.`,
  });
}
