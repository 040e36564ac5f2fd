import { requireIdKey } from '../../cli/orders-options.ts';
import type { Context } from '../../context.ts';
import type { LeadSurroundings } from '../../leads/look-up/explain.repository.ts';
import type { LeadExplanation, ShownLead } from '../../relays/leads/explain-lead.ts';

/**
 * A lead with what is stored beside it and what decided on it.
 * @throws HubError usage if there is none
 */
export async function explainedLead(context: Context, id: string): Promise<{ lead: ShownLead; beside: LeadSurroundings; explained: LeadExplanation }> {
  const brands = context.config.brands.map((brand) => brand.id);
  const forms = await context.forms(requireIdKey(context.config));
  const destinations = await context.destinations();
  const database = await context.database();
  const [{ findLead }, { surroundingsOf }] = [await import('../../leads/look-up/show.repository.ts'), await import('../../leads/look-up/explain.repository.ts')];
  const { explainLead } = await import('../../relays/leads/explain-lead.ts');
  return database.read(async (knex) => {
    const lead = await findLead(knex, brands, id);
    const beside = await surroundingsOf(knex, brands, lead);
    return { lead, beside, explained: explainLead(lead, beside, forms, destinations) };
  });
}
