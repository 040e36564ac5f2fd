import { cellsOf } from './cells.ts';
import { proveRoutes, type RouteProblem } from './prove.ts';
import { ruleOf, type Dimension, type RoutedForm, type Rule, type RuleSpec } from './rule.ts';
import { tableOf, type RoutingTable } from './table.ts';

/** What rules may name, and what is asked of them. */
export interface RoutingSpec {
  readonly brands: readonly string[];
  readonly themes: readonly string[];
  readonly products: readonly string[];
  readonly partners: readonly string[];
  readonly forms: readonly RoutedForm[];
  readonly rules: readonly RuleSpec[];
}

/** A table with its proof; with errors in it nothing may be routed by it. */
export interface Routing {
  readonly rules: readonly Rule[];
  readonly table: RoutingTable;
  readonly problems: readonly RouteProblem[];
}

/**
 * Compiles the table of all requests and proves it (serve specification, "Routing"): a rule that names an unknown value or
 * whose condition holds for no state takes nothing, and is not judged further.
 * @param isWhole false if forms or rules are missing, so that ties and shadows cannot be told
 */
export function compileRouting(spec: RoutingSpec, isWhole = true): Routing {
  const { forms, partners } = spec;
  const rules = spec.rules.map(ruleOf);
  const broken = new Map(rules.map((rule, place) => [place, brokenCode(rule, spec)]));
  const sound = rules.map((rule, place) => (broken.get(place) === undefined ? rule : { ...rule, states: 0 }));
  const cells = cellsOf(forms, partners, sound);
  const problems = [...broken].flatMap(([place, code]) => (code === undefined ? [] : [{ code, level: 'error' as const, rules: [rules[place]?.id ?? ''], by: [], example: null }]));
  const proof = isWhole ? proveRoutes(cells, forms, partners, sound) : [];
  return { rules, table: tableOf(cells, forms.length, partners.length, rules.length), problems: [...problems, ...proof] };
}

function brokenCode(rule: Rule, spec: RoutingSpec): 'unknown_value' | 'impossible' | undefined {
  if (rule.given.some((dimension) => !isDeclared(rule, dimension, spec))) return 'unknown_value';
  return rule.states === 0 ? 'impossible' : undefined;
}

/** True if what the rule says of the dimension can be there. */
export function isDeclared(rule: Rule, dimension: Dimension, { brands, themes, products, partners }: RoutingSpec): boolean {
  const value = rule[dimension] ?? '';
  if (value === 'none') return dimension !== 'brand';
  return { theme: themes, partner: partners, product: products, brand: brands }[dimension].includes(value);
}
