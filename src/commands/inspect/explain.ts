import { basename } from 'node:path';

import type { Context } from '../../context.ts';
import { HubError } from '../../core/errors.ts';
import { useOneOf } from '../../core/text/nearest.ts';
import { toIso, type Instant } from '../../core/time.ts';
import type { Explanation } from '../../enriched/rules/explain.ts';
import type { Question } from '../../enriched/rules/question.ts';
import type { Match } from '../../enriched/rules/rule-set.ts';
import type { Rules } from '../../enriched/rules/rules.ts';
import type { Command, OptionValues, Output } from '../../cli/command.ts';
import { list, option } from '../../cli/flag.ts';
import { explainMrr } from './explain-mrr.ts';

const flags = {
  brand: option('--brand <id>', 'a brand, whose own rules come before the common ones'),
  when: list('--when <key=value...>', 'structured fields beside the text; amounts in cents').default([] as string[]),
};

/** An explanation with the places of its rules. */
type Placed = Explanation & { readonly brand: string; readonly structure: Question['structure'] };

/** Shows which rule decides a fact of a text, and which rules it beats. */
export const explain: Command = {
  name: 'explain',
  summary: 'show which rule decides a fact of a text, or from what an MRR comes',
  description:
    'Facts: funnel_step, charge_category, subscription_class, refund_kind, channel, test_account, test_email, test_name. Without ' +
    'a text, standard input is read: a JSON object a line, {"text": …, "fact": …, "brand": …, "structure": {…}}. With the id of ' +
    'a lead it shows its ten steps, each with its reason: where it was sent, what it became, which relays left and why others did not.',
  arguments: '[fact] [text]',
  commands: [explainMrr],
  options: Object.values(flags),
  examples: [
    'hub explain funnel_step "DS1 for UP1"',
    'hub explain charge_category "Holiday Credit" --when charge_type=OneTime amount=-500',
    'hub explain charge_category "Shipping protection" --brand alpina --output json',
    'hub explain lead lead_0a3f5c77d1e24b9886f0c1d2',
  ],
  async run(context, options, [fact, text]) {
    if (fact === 'lead') return explainLeadById(context, text);
    const { explain: explainText } = await import('../../enriched/rules/explain.ts');
    const rules = await context.rules();
    const questions = await questionsOf(context, options, fact, text);
    const explained = questions.map((question): Placed => {
      const { brand, structure } = question;
      return { ...explainText(rules, question.fact, question.text, structure, brand), brand, structure };
    });
    const [only] = explained;
    return {
      text: explained.map((one) => describe(rules, one)).join('\n\n'),
      json: text !== undefined && only !== undefined ? only : { explanations: explained },
    };
  },
};

/** The ten steps of a lead; nothing of its fields. */
async function explainLeadById(context: Context, id: string | undefined): Promise<Output> {
  if (id === undefined) throw new HubError('usage', 'lead_missing', 'No lead is named.', { nextStep: 'Give its id: hub explain lead lead_…; hub leads list shows the newest.' });
  const { explainedLead } = await import('../serve/explained-lead.ts');
  const { lead, explained } = await explainedLead(context, id);
  const { brand, form, state, rule, outcome, outcome_reason: reason, errors } = lead;
  const lines = explained.steps.map(({ step, name, decided, reason: why }) => `${String(step).padStart(2)} ${name.padEnd(10)} ${decided}${why === null ? '' : `\n              ${why}`}`);
  const json = { lead_id: lead.lead_id, brand, form, received_at: toIso(lead.received_at as Instant), state, rule, outcome, outcome_reason: reason, errors, ...explained };
  return { text: [`${lead.lead_id}, form ${form} of ${brand}, ${json.received_at}`, '', ...lines].join('\n'), json };
}

async function questionsOf(
  context: Context,
  options: OptionValues,
  factName: string | undefined,
  text: string | undefined,
): Promise<Question[]> {
  const { factNamed, questionOf, structureOf, unreadableLine } = await import('../../enriched/rules/question.ts');
  const fact = factName === undefined ? undefined : factNamed(factName);
  const brand = brandOf(context, options);
  const pairs = flags.when.of(options) ?? [];
  if (fact === undefined && pairs.length > 0) {
    throw new HubError('usage', 'fact_missing', '--when needs a fact.', { nextStep: 'Name the fact: hub explain <fact> --when key=value' });
  }
  const structure = fact === undefined ? {} : structureOf(fact, pairs);
  if (fact !== undefined && text !== undefined) return [{ fact, text, brand, structure }];
  const questions: Question[] = [];
  let lineNumber = 0;
  for await (const line of context.lines('-')) {
    lineNumber++;
    if ('problem' in line) throw unreadableLine(lineNumber, line.problem);
    if (line.text.trim() !== '') questions.push(questionOf(line.text, lineNumber, { fact, brand, structure }));
  }
  if (questions.length > 0) return questions;
  throw new HubError('usage', 'nothing_to_explain', 'No text is given.', {
    nextStep: 'Give a fact and a text, or texts on standard input; --help shows examples.',
  });
}

function brandOf(context: Context, options: OptionValues): string {
  const brand = flags.brand.of(options) ?? '';
  const known = context.config.brands.map(({ id }) => id);
  if (brand === '' || known.includes(brand)) return brand;
  throw new HubError('usage', 'unknown_brand', `There is no brand "${brand}".`, { nextStep: useOneOf(brand, known) });
}

function describe(rules: Rules, { fact, text, brand, structure, value, fired, beaten }: Placed): string {
  const fields = Object.entries(structure).map(([key, field]) => `${key}=${String(field)}`);
  const beside = [...(brand === '' ? [] : [brand]), ...fields].join(', ');
  const head = `${fact} of "${text}"${beside === '' ? '' : ` (${beside})`}: ${value}`;
  if (fired === null) return `${head}\n  no rule matches`;
  const line = (word: string, match: Match): string => `  ${word} ${describeMatch(rules, fact, match)}`;
  return [head, line('fired', fired), ...beaten.map((match) => line('beat ', match))].join('\n');
}

function describeMatch(rules: Rules, fact: Explanation['fact'], match: Match): string {
  const rule = rules.of(fact).rules.find(({ id }) => id === match.rule);
  const place = rule === undefined ? '' : `  ${basename(rule.file)}:${rule.line}`;
  const why = match.position === null ? 'by structure' : `by "${match.matched}" at ${match.position + 1}`;
  return `${match.rule} (${match.type}) ${why}${place}`;
}
