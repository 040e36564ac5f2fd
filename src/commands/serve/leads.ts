import { instantOfBatch, toIso, type Instant } from '../../core/time.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { batchFlags, batchRange, rangeGiven } from '../../cli/dates.ts';
import { count, list as listFlag, listOf, option } from '../../cli/flag.ts';
import { brandsOf, dataFlags, namesAmong } from '../../cli/options.ts';
import { explainedLead } from './explained-lead.ts';

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
    const { listLeads } = await import('../../leads/look-up/show.repository.ts');
    const filter = { brands: brandsOf(options, context.config), forms: flags.form.of(options), outcomes: flags.outcome.of(options) };
    const items = await database.read((knex) => listLeads(knex, filter, flags.limit.of(options)));
    const columns = [{ title: 'lead' }, { title: 'received' }, { title: 'form' }, { title: 'outcome' }, { title: 'reason' }, { title: 'state' }, { title: 'rule' }, { title: 'partner' }];
    const rows = items.map((item) => [item.lead_id, toIso(item.received_at), item.form, item.outcome, item.outcome_reason, item.state, item.rule, item.partner]);
    return { text: rows.length === 0 ? 'There are no such leads.' : textTable(columns, rows), json: { items: items.map((item) => ({ ...item, received_at: toIso(item.received_at) })) } };
  },
};

const show: Command = {
  name: 'show',
  summary: 'show one lead with what was decided of it, and what would be today',
  arguments: '<id>',
  examples: ['hub leads show lead_0a3f5c77d1e24b9886f0c1d2'],
  async run(context, _options, [id = '']) {
    const { lead, beside, explained } = await explainedLead(context, id);
    const shown = Object.entries(lead).flatMap(([name, value]) => (value === null || typeof value === 'object' ? [] : [[name, name === 'received_at' ? toIso(lead.received_at as Instant) : String(value)] as const]));
    const { today, beaten, relays } = explained;
    const { exchange, params, consents, contact } = beside;
    const lists = [
      ['today', today === null ? ['the form is not declared any more'] : [`rule ${today.rule ?? 'default'}, state ${today.state}, to ${today.to}`]],
      ['beaten rules', beaten],
      ['errors', lead.errors.map(({ field, category }) => `${field}: ${category}`)],
      ['consents', consents.map(({ purpose, granted, text_version: text }) => `${purpose}: ${granted ? 'granted' : 'denied'}${text === null ? '' : `, text ${text}`}`)],
      ['contact', contact === undefined ? [] : [`${contact.state}, ${contact.leads} leads, ${contact.duplicates} duplicates, ${contact.restored} restored`]],
      ['relays', relays.map((relay) => [relay.destination, relay.kind, relay.relay_id, relay.state, relay.reason].filter((part) => part !== null).join(' '))],
    ] as const;
    const lines = [...shown.map(([name, value]) => `${name.padEnd(16)} ${value}`), ...lists.flatMap(([title, items]) => (items.length === 0 ? [] : [title, ...items.map((item) => `  ${item}`)]))];
    const json = { ...lead, received_at: toIso(lead.received_at as Instant), exchange: exchange ?? null, params, consents, contact: contact === undefined ? null : instantsIn(contact), today, beaten, relays };
    return { text: lines.join('\n'), json };
  },
};

const redecide: Command = {
  name: 'redecide',
  summary: 'judge leads anew by the forms and rules of today',
  description:
    'A lead is judged once, by the forms, rules and files of the day it was imported. This judges it again on purpose: what was ' +
    'filtered or refused by mistake comes to its outcome and its relays. Where it was sent, its exchange and its consents stay; ' +
    'so do relays that left. It reaches as far back as raw leads are kept (retention.raw_leads). --from and --to choose by receipt.',
  options: [flags.brand, flags.form, batchFlags.from, batchFlags.to, dataFlags.dryRun],
  examples: ['hub leads redecide --dry-run    # which outcomes would change', 'hub leads redecide --form detox-fr --from 2026-03-01 --to 2026-03-08'],
  async run(context, options) {
    const [brands, given, dryRun] = [brandsOf(options, context.config), rangeGiven(options), dataFlags.dryRun.of(options)];
    const database = await context.database({ dryRun });
    const range = batchRange(given, context.clock);
    const { leadImportOf } = await import('../../cli/lead-import.ts');
    const leadImport = await leadImportOf(context, database);
    const forms = flags.form.of(options);
    namesAmong(forms ?? [], leadImport.forms.forms.map(({ id }) => id), 'form');
    const { runRedecide } = await import('../../leads/redecide/run-redecide.ts');
    const { redecideText } = await import('../../cli/outputs/redecide-output.ts');
    const request = { brands, forms, dryRun, range: range === undefined ? undefined : { from: instantOfBatch(range.from), until: instantOfBatch(range.until) } };
    const report = await runRedecide({ ...context, database }, request, leadImport);
    return { text: redecideText(report), json: report };
  },
};

/** Looks at leads, and judges them anew. */
export const leads: Command = {
  name: 'leads',
  summary: 'look at the leads that were imported and what became of them',
  commands: [list, show, redecide],
};

function instantsIn<Row extends Record<'first_lead' | 'last_lead' | 'removed_at' | 'restored_at', string | null>>(contact: Row) {
  const iso = (at: string | null): string | null => (at === null ? null : toIso(at as Instant));
  return { ...contact, first_lead: iso(contact.first_lead), last_lead: iso(contact.last_lead), removed_at: iso(contact.removed_at), restored_at: iso(contact.restored_at) };
}
