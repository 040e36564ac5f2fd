import { toIso, type Instant } from '../../core/time.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { count, list as listFlag, listOf, option } from '../../cli/flag.ts';
import { brandsOf } from '../../cli/options.ts';

const outcomes = ['created', 'duplicate', 'restored', 'invalid', 'filtered'];
const flags = {
  brand: listFlag('--brand <id...>', 'only of these brands'),
  form: listFlag('--form <id...>', 'only of these forms'),
  outcome: listOf('--outcome <outcome...>', `only with these outcomes: ${outcomes.join(', ')}`, outcomes),
  limit: option('--limit <count>', 'how many at most', count).or('20'),
};

const list: Command = {
  name: 'list',
  summary: 'list the newest leads with their outcomes',
  options: Object.values(flags),
  examples: ['hub leads list', 'hub leads list --outcome filtered invalid --limit 100 --output json'],
  async run(context, options) {
    const database = await context.database();
    const { listLeads } = await import('../../leads/intake/show.repository.ts');
    const filter = { brands: brandsOf(options, context.config), forms: flags.form.of(options), outcomes: flags.outcome.of(options) };
    const items = await database.read((knex) => listLeads(knex, filter, flags.limit.of(options)));
    const columns = [{ title: 'lead' }, { title: 'received' }, { title: 'form' }, { title: 'outcome' }, { title: 'reason' }, { title: 'state' }, { title: 'rule' }, { title: 'partner' }];
    const rows = items.map((item) => [item.lead_id, toIso(item.received_at), item.form, item.outcome, item.outcome_reason, item.state, item.rule, item.partner]);
    return { text: rows.length === 0 ? 'There are no such leads.' : textTable(columns, rows), json: { items: items.map((item) => ({ ...item, received_at: toIso(item.received_at) })) } };
  },
};

const show: Command = {
  name: 'show',
  summary: 'show one lead with what was decided of it',
  arguments: '<id>',
  examples: ['hub leads show lead_0a3f5c77d1e24b9886f0c1d2'],
  async run(context, _options, [id = '']) {
    const database = await context.database();
    const { findLead } = await import('../../leads/intake/show.repository.ts');
    const lead = await database.read((knex) => findLead(knex, context.config.brands.map((brand) => brand.id), id));
    const shown = Object.entries(lead).flatMap(([name, value]) => (value === null || typeof value === 'object' ? [] : [[name, value] as const]));
    const errors = lead.errors.map(({ field, category }) => `  ${field}: ${category}`);
    const lines = shown.map(([name, value]) => `${name.padEnd(16)} ${name === 'received_at' ? toIso(value as Instant) : String(value)}`);
    return { text: [...lines, ...(errors.length === 0 ? [] : ['errors', ...errors])].join('\n'), json: { ...lead, received_at: toIso(lead.received_at as Instant) } };
  },
};

/** Looks at leads. */
export const leads: Command = {
  name: 'leads',
  summary: 'look at the leads that were imported and what became of them',
  commands: [list, show],
};
