import type { Context } from '../../context.ts';
import { textTable } from '../../cli/table.ts';
import type { Command } from '../../cli/command.ts';
import { choice, count, option } from '../../cli/flag.ts';
import { requireIdKey } from '../../cli/orders-options.ts';
import { knowledgeStates } from '../../leads/decision.ts';
import type { Forms } from '../../leads/forms/forms.ts';
import { dimensions, isGiven, type Rule } from '../../leads/routing/rule.ts';
import { statesIn } from '../../leads/routing/state.ts';

const limitFlag = option('--limit <count>', 'how many rules at most', count).or('100');
const flags = {
  form: option('--form <id>', 'the form').needed(),
  partner: option('--partner <id>', 'the partner (default: none)'),
  state: choice('--state <state>', 'what is known of the person', knowledgeStates).or('unknown'),
};

const list: Command = {
  name: 'list',
  summary: 'list the rules that route leads, with what is wrong with them',
  description: 'Ends with code 2 if forms.yaml cannot be used: ties, rules that never win, conditions that never hold, unknown values and bad targets are errors; a rule that matches no form is a warning.',
  options: [limitFlag],
  examples: ['hub routes list', 'hub routes list --output json'],
  async run(context, options) {
    const forms = await context.forms(requireIdKey(context.config));
    const limit = limitFlag.of(options);
    const items = forms.routing.rules.slice(0, limit).map((rule, place) => itemOf(rule, forms.targets[place]?.template ?? ''));
    const problems = forms.problems.map(({ level, line, key, message, route }) => ({
      ...{ level, code: route?.code ?? 'invalid', rules: route?.rules ?? [], by: route?.by ?? [], example: route?.example ?? null },
      ...{ line, key, message },
    }));
    const failed = problems.some(({ level }) => level === 'error');
    if (failed) context.logger.error(`${context.shownPath(forms.file)} cannot be used`, { code: 'forms_invalid' });
    const more = forms.routing.rules.length > items.length ? [`The first ${items.length} of ${forms.routing.rules.length} rules; more with --limit.`] : [];
    const text = [rulesText(items), ...more, ...problems.map(({ level, line, key, message }) => `${level}: ${context.shownPath(forms.file)}:${line}: ${key} ${message}`)];
    return { text: text.join('\n'), json: { version: forms.version, items, problems }, failed };
  },
};

const explain: Command = {
  name: 'explain',
  summary: 'show which rule wins for a request, and those it beats',
  options: Object.values(flags),
  examples: ['hub routes explain --form detox-fr --partner acme --state known', 'hub routes explain --form quiz-de --output json'],
  async run(context, options) {
    const [{ matchingRules }, { placeOf }] = [await import('../../leads/routing/explain.ts'), await import('../../leads/routing/test-routes.ts')];
    const { forms, partners, routing, targets } = await soundForms(context);
    const partner = flags.partner.of(options) ?? null;
    const state = flags.state.of(options);
    const form = forms[placeOf(flags.form.of(options), forms.map(({ id }) => id), 'form')];
    if (partner !== null) placeOf(partner, partners.map(({ id }) => id), 'partner');
    if (form === undefined) return { text: '', json: null };
    const matching = matchingRules(routing.rules, form, partner, state).map((rule) => itemOf(rule, targets[routing.rules.indexOf(rule)]?.template ?? ''));
    const [winner, ...beaten] = matching;
    const asked = `Form ${form.id}, ${partner === null ? 'no partner' : `partner ${partner}`}, state ${state}`;
    const to = winner?.to ?? form.default.template;
    const text = [
      winner === undefined ? `${asked}: no rule matches, so the default of the form holds.` : `${asked}: ${winner.id} wins.`,
      `It leads to ${to}`,
      ...(beaten.length === 0 ? [] : ['', 'The rules that match, the highest first:', rulesText(matching)]),
    ];
    return { text: text.join('\n'), json: { form: form.id, partner, state, rule: winner?.id ?? null, to, winner: winner ?? null, beaten } };
  },
};

const test: Command = {
  name: 'test',
  summary: 'check that requests get the rules that a file expects',
  description: 'The file is JSON: {"cases": [{"form": "detox-fr", "partner": null, "state": "known", "rule": "detox-known"}]}; rule is null for the default of the form. Ends with code 3 if one gets another rule.',
  arguments: '<file>',
  examples: ['hub routes test config/routes.test.json'],
  async run(context, _options, [file = '']) {
    const { parseRouteCases, testRoutes } = await import('../../leads/routing/test-routes.ts');
    const { routing, forms, partners } = await soundForms(context);
    const lines: string[] = [];
    for await (const line of context.lines(file)) lines.push('text' in line ? line.text : '');
    const items = testRoutes(routing, forms, partners.map(({ id }) => id), parseRouteCases(file, lines.join('\n')));
    const wrong = items.filter(({ ok }) => !ok);
    const table = textTable(
      ['form', 'partner', 'state', 'expected', 'got'].map((title) => ({ title })),
      wrong.map(({ form, partner, state, rule, got }) => [form, partner, state, rule ?? 'default', got ?? 'default']),
    );
    const text = wrong.length === 0 ? `All ${items.length} cases get their rules.` : `${wrong.length} of ${items.length} cases get another rule:\n${table}`;
    return { text, json: { cases: items.length, failed: wrong.length, items }, refused: wrong.length > 0 };
  },
};

/** Looks at the rules that route leads. */
export const routes: Command = {
  name: 'routes',
  summary: 'look at the rules that decide where leads are sent',
  commands: [list, explain, test],
};

type RouteItem = ReturnType<typeof itemOf>;

async function soundForms(context: Context): Promise<Forms> {
  const { requireSound } = await import('../../leads/forms/forms.ts');
  return requireSound(await context.forms(requireIdKey(context.config)));
}

function itemOf({ id, priority, theme, partner, product, brand, when, states, given }: Rule, to: string) {
  const named = { theme: theme ?? null, partner: partner ?? null, product: product ?? null, brand: brand ?? null };
  return { id, priority, ...named, when, states: statesIn(states), dimensions: given.length, to };
}

function rulesText(items: readonly RouteItem[]): string {
  if (items.length === 0) return 'There are no rules; every form sends its leads to its default.';
  const rows = items.map((item) => [item.id, item.priority, dimensions.flatMap((name) => (isGiven(item[name] ?? undefined) ? [`${name} ${item[name] ?? ''}`] : [])).join(', ') || 'anything', whenText(item.when), item.to]);
  return textTable([{ title: 'rule' }, { title: 'priority', align: 'right' }, { title: 'matches', long: 'wrap' }, { title: 'when', long: 'wrap' }, { title: 'to', long: 'wrap' }], rows);
}

function whenText(when: Rule['when']): string {
  return Object.entries(when).map(([name, holds]) => (holds ? name : `not ${name}`)).join(', ') || '–';
}
