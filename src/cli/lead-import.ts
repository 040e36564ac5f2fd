import { requireIdKey } from './orders-options.ts';
import { HubError } from '../core/errors.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import type { EventOutbox } from '../events/event-outbox.ts';
import type { Locate } from '../leads/steps/geo.ts';
import type { LeadImport } from '../leads/intake/judge-records.ts';

/**
 * What leads are judged and relayed with.
 * @throws HubError configuration, if forms, rules or destinations cannot be used
 */
export async function leadImportOf(context: Context, database: Database): Promise<LeadImport> {
  const { config, clock } = context;
  const { requireSound } = await import('../leads/forms/forms.ts');
  const { createLeadOutbox } = await import('../relays/leads/lead-outbox.ts');
  const [forms, rules] = [requireSound(await context.forms(requireIdKey(config))), await context.rules()];
  const outbox = createLeadOutbox(database, await context.destinations(), clock);
  const locate = await locatorOf(context);
  return { forms, rules, outbox, locate, resubmitMs: config.serve.resubmit * 1_000, brands: config.brands.map(({ id }) => id) };
}

/** Who is told of tracked events. */
export async function eventOutboxOf(context: Context, database: Database): Promise<EventOutbox> {
  const { createEventOutbox } = await import('../relays/tracked-outbox.ts');
  return createEventOutbox(database, await context.destinations(), context.clock);
}

/** Looks addresses up in the geo file, if there is one; one that cannot be read is a warning, and no lead is lost. */
async function locatorOf({ config, logger }: Context): Promise<Locate | undefined> {
  if (config.geoCityFile === undefined) return undefined;
  const { openGeoFile } = await import('../leads/intake/geo-file.client.ts');
  try {
    return (await openGeoFile(config.geoCityFile)).locate;
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    logger.warn(error.message, { code: error.code, next: error.nextStep });
    return undefined;
  }
}
