import { HubError } from '../../core/errors.ts';
import type { Command } from '../../cli/command.ts';
import { asOfDate, date } from '../../cli/dates.ts';
import { option } from '../../cli/flag.ts';

const flags = {
  asOf: option('--as-of <date>', 'the day whose recurring revenue is explained (YYYY-MM-DD; default: today, UTC)', date),
};

/** Tells from which charges, periods, discounts and tax share the recurring revenue of a subscription comes. */
export const explainMrr: Command = {
  name: 'mrr',
  summary: 'show from what the recurring revenue of a subscription comes',
  description:
    'Decides the monthly recurring revenue of a day again from the enriched records, and shows each step: every charge with its ' +
    'period and why it counts or does not, discounts, the share of tax with the invoice that tells it, and rounding; then the ' +
    'segments over all time. It says if build-metrics has stored something else.',
  arguments: '<subscription>',
  options: Object.values(flags),
  examples: ['hub explain mrr A-S00000003', 'hub explain mrr A-S00000003 --as-of 2025-06-30', 'hub explain mrr 8ad0a1b2c3d4e5f60718293a4b5c6d7e --output json'],
  async run(context, options, [id = '']) {
    const { config, clock } = context;
    const given = flags.asOf.of(options);
    const database = await context.database();
    const day = asOfDate(given, clock, { dryRun: true });
    const [{ explainSubscriptions }, { pricesIncludeTax }, { mrrText }] = [await import('../../metrics/explain/explained.repository.ts'), await import('../../config.ts'), await import('../../cli/text/mrr-text.ts')];
    const found = await explainSubscriptions(database, { pricesIncludeTax: (brand) => pricesIncludeTax(config, brand) }, id, day);
    if (found.length === 0) {
      throw new HubError('usage', 'unknown_id', `There is no subscription "${id}".`, { nextStep: 'Give the id of a version, or the number of the subscription; hub enrich must have run (hub runs list).' });
    }
    return {
      text: found.map(mrrText).join('\n\n'),
      json: found.map(({ explanation, name, names, stored }) => ({
        subscription: name,
        ...explanation,
        charges: explanation.charges.map((charge) => ({ ...charge, ...namesOf(names.get(charge.id)) })),
        stored,
      })),
    };
  },
};

function namesOf(names: { readonly number: string | null; readonly name: string | null; readonly plan: string | null } | undefined): object {
  return { charge_number: names?.number ?? null, name: names?.name ?? null, plan_name: names?.plan ?? null };
}
