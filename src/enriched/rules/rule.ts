import type { Condition } from './conditions.ts';
import { compileCondition } from './conditions.ts';
import type { Lists, Span } from './expression.ts';
import { compileSearch, findFirst } from './expression.ts';
import type { FactContract } from './facts.ts';
import type { ExampleSpec, RuleSpec } from './schema.ts';

/** A rule ready to match. */
export interface Rule {
  readonly id: string;
  readonly type: string;
  /** The brand whose override it is; null for a common rule. */
  readonly brand: string | null;
  /** The position among all rules of its fact: a brand's own come first. */
  readonly order: number;
  readonly file: string;
  readonly line: number;
  readonly examples: { readonly match: readonly ExampleSpec[]; readonly no_match: readonly ExampleSpec[] };
  /** The conditions of `when`: all must hold. */
  readonly conditions: readonly Condition[];
  /** Where the rule matches a folded text; a rule on structure alone matches everywhere, with an empty span. */
  readonly find: (folded: string) => Span | undefined;
}

export type RulePlace = Pick<Rule, 'brand' | 'order' | 'file' | 'line'>;

const EVERYWHERE: Span = { start: 0, end: 0 };

/**
 * Compiles one rule of a file.
 *
 * @throws Error with a plain message: unknown type or condition, nothing to decide by, broken pattern, unknown list
 */
export function compileRule(spec: RuleSpec, contract: FactContract, lists: Lists, place: RulePlace): Rule {
  if (!contract.values.includes(spec.type)) {
    throw new Error(`type "${spec.type}" is none of ${contract.values.join(', ')}`);
  }
  const conditions = Object.entries(spec.when ?? {}).map(([key, condition]) => {
    const kind = Object.hasOwn(contract.conditions, key) ? contract.conditions[key] : undefined;
    if (kind === undefined) throw new Error(`"${key}" is no condition here; ${knownConditions(contract)}`);
    return compileCondition(key, kind, condition);
  });
  const expression = compileSearch(spec, lists);
  if (expression === undefined && conditions.length === 0) throw new Error('needs words, patterns or conditions');
  return {
    ...place,
    id: spec.id,
    type: spec.type,
    examples: spec.examples,
    conditions,
    find: compileFind(expression, spec, lists),
  };
}

function compileFind(expression: RegExp | undefined, spec: RuleSpec, lists: Lists): Rule['find'] {
  const except = spec.except && compileSearch(spec.except, lists);
  const unless = spec.unless && compileSearch(spec.unless, lists);
  return (folded) => {
    const found = expression === undefined ? EVERYWHERE : findFirst(expression, except, folded);
    return found !== undefined && unless !== undefined && folded.search(unless) >= 0 ? undefined : found;
  };
}

function knownConditions(contract: FactContract): string {
  const names = Object.keys(contract.conditions);
  return names.length === 0 ? 'this fact has none' : `there are ${names.join(', ')}`;
}
