import type { Structure } from './conditions.ts';
import type { Fact } from './facts.ts';
import { FACTS } from './facts.ts';
import type { Rule } from './rule.ts';
import type { Rules } from './rules.ts';
import type { ExampleSpec } from './schema.ts';

/** An example of a rule that does not hold. */
export interface FailedExample {
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  readonly text: string;
  /** What the rule promises, and which rule decided instead. */
  readonly message: string;
}

/** Runs the examples of every rule: it must decide each of its `match`, and none of its `no_match`. */
export function checkExamples(rules: Rules): FailedExample[] {
  return (Object.keys(FACTS) as Fact[]).flatMap((fact) =>
    rules.of(fact).rules.flatMap((rule) => [
      ...rule.examples.match.flatMap((example) => check(rules, fact, rule, example, true)),
      ...rule.examples.no_match.flatMap((example) => check(rules, fact, rule, example, false)),
    ]),
  );
}

function check(rules: Rules, fact: Fact, rule: Rule, example: ExampleSpec, shouldFire: boolean): FailedExample[] {
  const { text, structure } = partsOf(example);
  const { evidence } = rules.of(fact).classify(text, structure, rule.brand ?? '');
  if ((evidence.rule === rule.id) === shouldFire) return [];
  const { file, line, id } = rule;
  const message = shouldFire
    ? `"${text}" should match, but ${evidence.rule ?? 'no rule'} decides it`
    : `"${text}" should not match, but does`;
  return [{ file, line, rule: id, text, message }];
}

function partsOf(example: ExampleSpec): { text: string; structure: Structure } {
  if (typeof example === 'string') return { text: example, structure: {} };
  const { text = '', ...structure } = example;
  return { text: String(text), structure };
}
