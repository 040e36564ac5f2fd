import { requireIdKey } from './orders-options.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
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
  return { forms, rules, outbox, resubmitMs: config.serve.resubmit * 1_000, brands: config.brands.map(({ id }) => id) };
}
