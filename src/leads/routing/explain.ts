import { knowledgeStates, type KnowledgeState } from '../decision.ts';
import { takes, takesForm, type RoutedForm, type Rule } from './rule.ts';

/** The rules that match a request, the winner first; in a sound table the first two never have the same rank. */
export function matchingRules(rules: readonly Rule[], form: RoutedForm, partner: string | null, state: KnowledgeState): Rule[] {
  const bit = 1 << knowledgeStates.indexOf(state);
  return rules.filter((rule) => takesForm(rule, form) && takes(rule.partner, partner) && (rule.states & bit) !== 0).sort((one, other) => other.rank - one.rank);
}
