import { knowledgeStates, type KnowledgeState } from '../decision.ts';
import { statesIn, statesOf, type When } from './state.ts';

/** Of what a rule can name a value; `*` or nothing is anything, `none` is the absence of one. */
export const dimensions = ['theme', 'partner', 'product', 'brand'] as const;
export type Dimension = (typeof dimensions)[number];

/** A rule as forms.yaml has it, as far as it decides. */
export interface RuleSpec {
  readonly id: string;
  readonly priority: number;
  readonly theme?: string | undefined;
  readonly partner?: string | undefined;
  readonly product?: string | undefined;
  readonly brand?: string | undefined;
  readonly when: When;
}

/** What of a form decides on its routes. */
export interface RoutedForm {
  readonly id: string;
  readonly brand: string;
  readonly theme: string | null;
  readonly product: string | null;
}

/** One of the finitely many things that can be asked. */
export interface RouteRequest {
  readonly form: string;
  readonly partner: string | null;
  readonly state: KnowledgeState;
}

/** A rule, ready to be compared. */
export interface Rule extends RuleSpec {
  /** Of what it names a value. */
  readonly given: readonly Dimension[];
  /** The states for which its condition holds, as bits. */
  readonly states: number;
  /** Priority, then dimensions given, then how narrow its condition is: the highest wins. */
  readonly rank: number;
}

const PER_PRIORITY = 100;
const PER_DIMENSION = 10;

export function ruleOf(spec: RuleSpec): Rule {
  const given = dimensions.filter((dimension) => isGiven(spec[dimension]));
  const states = statesOf(spec.when);
  return { ...spec, given, states, rank: spec.priority * PER_PRIORITY + given.length * PER_DIMENSION + (knowledgeStates.length - statesIn(states).length) };
}

/** True if the rule says something of this dimension. */
export function isGiven(value: string | undefined): value is string {
  return value !== undefined && value !== '*';
}

/** True if a rule that says this takes the value, or its absence. */
export function takes(wanted: string | undefined, value: string | null): boolean {
  return !isGiven(wanted) || (wanted === 'none' ? value === null : wanted === value);
}

/** True if the rule takes requests of the form, as far as the partner and the state fit too. */
export function takesForm(rule: RuleSpec, form: RoutedForm): boolean {
  return takes(rule.theme, form.theme) && takes(rule.product, form.product) && takes(rule.brand, form.brand);
}
